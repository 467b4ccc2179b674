"""`ccr model test`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ccr.cli.commands.config.shared import config_option, json_option
from ccr.cli.models.commanding import as_text, document_of, granted
from ccr.cli.terminal import FAILED, OK, USAGE, fail, say

if TYPE_CHECKING:
    from ccr.config.saving.document import Document
    from ccr.server.trial import Trial


@click.command("test")
@click.argument("targets", nargs=-1, metavar="[PROVIDER,MODEL]...")
@click.option("--all", "everyone", is_flag=True, help="Every model of the configuration.")
@json_option
@config_option
def command(*, targets: tuple[str, ...], everyone: bool, as_json: bool, config: str | None) -> int:
    """Ask models for a word, streamed, and say how soon it came; without any the default one.

    The question takes the way of a real request: key, protocol, transformers, proxy. No service is needed.
    Ends with 1 when one of them does not answer.

    \b
    Examples:
      ccr model test
      ccr model test deepseek,deepseek-chat openrouter,moonshotai/kimi-k2
      ccr model test --all --json
    """
    from ccr.cli.models import entries

    document = document_of(config)
    wanted = [*targets] or (entries.targets(document.value) if everyone else _default(document))
    if not wanted:
        fail("There is no model to ask. `ccr provider add` adds a provider.", USAGE)
    known = granted(lambda: [entries.known_target(document.value, one) for one in wanted])
    trials = [_tried(document, target, as_json=as_json) for target in known]
    if as_json:
        say(as_text({"tests": [trial.facts() for trial in trials]}))
    return OK if all(trial.ok for trial in trials) else FAILED


def _default(document: Document) -> list[str]:
    from ccr.cli.models import entries, references, routes

    found = routes.rule(document.value, "default").targets or tuple(entries.targets(document.value))
    resolved = references.resolved(document.value, found[0]) if found else None
    return [",".join(resolved)] if resolved else []


def _tried(document: Document, target: str, *, as_json: bool) -> Trial:
    from ccr.cli.models import trying
    from ccr.cli.models.entries import Refused
    from ccr.cli.setup.trying import words
    from ccr.server.trial import Trial

    name, _, model = target.partition(",")
    try:
        trial = trying.tried(document, name, model)
    except Refused as refused:
        trial = Trial(name, model, False, str(refused), status=400)
    if not as_json:
        say(words(trial))
    return trial
