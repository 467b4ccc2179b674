"""`ccr provider list`."""

from __future__ import annotations

from typing import Any

import click

from ccr.cli.commands.config.shared import config_option, json_option
from ccr.cli.models.commanding import as_text, document_of
from ccr.cli.story import printable
from ccr.cli.terminal import OK, say


@click.command("list")
@json_option
@config_option
def command(*, as_json: bool, config: str | None) -> int:
    """List the providers of the configuration in their order; keys are masked.

    \b
    Examples:
      ccr provider list
      ccr provider list --json | jq -r '.providers[].name'
    """
    from ccr.cli.models.entries import entries
    from ccr.cli.models.summary import facts

    document = document_of(config)
    found = [facts(entry) for entry in entries(document.value)]
    if as_json:
        say(as_text({"providers": found}))
        return OK
    width = max((len(one["name"]) for one in found), default=0)
    for one in found:
        say(printable(f"{one['name']:<{width}}  {_line(one)}"))
    if not found:
        say("There are none. `ccr provider add` adds one, `ccr provider presets` lists those known by name.")
    return OK


def _line(one: dict[str, Any]) -> str:
    count = len(one["models"])
    models = f"{count} {'model' if count == 1 else 'models'}"
    off = [] if one["enabled"] else ["switched off"]
    return " · ".join([one["title"], models, f"key {one['api_key']}" if one["api_key"] else "no key", *off])
