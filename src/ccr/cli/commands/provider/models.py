"""`ccr provider models`."""

from __future__ import annotations

import click

from ccr.cli.commands.config.shared import config_option, json_option
from ccr.cli.models.commanding import as_text, document_of, granted
from ccr.cli.terminal import FAILED, OK, say


@click.command("models")
@click.argument("name")
@click.option("--fetch", is_flag=True, help="Ask the provider which models it has.")
@json_option
@config_option
def command(*, name: str, fetch: bool, as_json: bool, config: str | None) -> int:
    """List a provider's models, one a line. Ends with 1 when the provider was asked and gave no list.

    \b
    Examples:
      ccr provider models openrouter
      ccr provider models openrouter --fetch | grep kimi
    """
    from ccr.cli.models import trying
    from ccr.cli.models.entries import entry, models_of

    document = document_of(config)
    found = granted(lambda: entry(document.value, name))
    models = configured = models_of(found)
    if fetch:
        models = granted(lambda: trying.listed(document, found["name"]), code=FAILED)
    if as_json:
        say(as_text({"provider": found["name"], "models": models, "configured": configured}))
        return OK
    for model in models:
        say(model)
    return OK
