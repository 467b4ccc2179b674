"""`ccr provider test`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccr.cli.commands.config.shared import config_option, json_option
from ccr.cli.models.commanding import as_text, document_of, granted
from ccr.cli.terminal import FAILED, OK, note, paint, say

if TYPE_CHECKING:
    from ccr.config.saving.document import Document
    from ccr.server.trial import Trial


@click.command("test")
@click.argument("name")
@click.option("--model", metavar="MODEL", help="The model to ask (the provider's first).")
@json_option
@config_option
def command(*, name: str, model: str | None, as_json: bool, config: str | None) -> int:
    """Ask a provider for its models and one of them for a word, and say how soon it came.

    Not every provider tells its models; what counts is the word. Ends with 1 when it does not come.

    \b
    Examples:
      ccr provider test openrouter
      ccr provider test openrouter --model moonshotai/kimi-k2 --json
    """
    from ccr.cli.models.entries import Refused, entry, models_of

    document = document_of(config)
    found = granted(lambda: entry(document.value, name))
    models, why = _listed(document, found["name"])
    wanted = model or next(iter(models_of(found) or models), "")
    if not wanted:
        granted(_refuse(Refused(why or f"{name} has no models: say which to ask, --model.")))
    trial = _tried(document, found["name"], wanted)
    if as_json:
        listing: dict[str, Any] = {"models": models, "listing": why or "ok"}
        say(as_text({"provider": found["name"], **listing, "test": trial.facts()}))
    else:
        _tell(found["name"], models, why, trial)
    return OK if trial.ok else FAILED


def _refuse(error: Exception) -> Any:
    def make() -> None:
        raise error

    return make


def _listed(document: Document, name: str) -> tuple[list[str], str]:
    from ccr.cli.models import trying
    from ccr.cli.models.entries import Refused

    try:
        return trying.listed(document, name), ""
    except Refused as refused:
        return [], str(refused)


def _tried(document: Document, name: str, model: str) -> Trial:
    from ccr.cli.models import trying
    from ccr.cli.models.entries import Refused
    from ccr.server.trial import Trial

    try:
        return trying.tried(document, name, model)
    except Refused as refused:
        return Trial(name, model, False, str(refused), status=400)


def _tell(name: str, models: list[str], why: str, trial: Trial) -> None:
    from ccr.cli.setup.trying import words

    if why:
        note(f"{paint('·', dim=True)} its list of models: {why}")
    else:
        say(f"{paint('✓', fg='green')} {name} tells its models: {len(models)}")
    say(words(trial))
