"""`ccr provider transformer list`."""

from __future__ import annotations

from typing import Any

import click

from ccr.cli.commands.config.shared import config_option, json_option, opened, path_of
from ccr.cli.models.commanding import as_text, granted
from ccr.cli.terminal import OK, say


@click.command("list")
@click.argument("name", required=False)
@json_option
@config_option
def command(*, name: str | None, as_json: bool, config: str | None) -> int:
    """List the transformers there are, with their options and who uses them; with NAME those it uses.

    \b
    Examples:
      ccr provider transformer list
      ccr provider transformer list deepseek --json
    """
    from ccr.cli.models import summary
    from ccr.cli.models.entries import entries, entry

    document = opened(path_of(config))
    value = document.value
    found = [granted(lambda: entry(value, name))] if name else entries(value)
    used = [use for one in found for use in summary.uses(one)]
    if name:
        return _told({"uses": used}, [_use(one) for one in used], as_json=as_json)
    known = [
        {"name": one.name, "options": list(one.options), "used_by": _users(one.name, used)}
        for one in summary.transformers(document)
    ]
    return _told({"transformers": known}, [_known(one) for one in known], as_json=as_json)


def _told(facts: dict[str, Any], lines: list[str], *, as_json: bool) -> int:
    for line in [as_text(facts)] if as_json else lines or ["None."]:
        say(line)
    return OK


def _users(name: str, used: list[dict[str, Any]]) -> list[str]:
    return [use["of"] for use in used if use["name"].lower() == name.lower()]


def _use(use: dict[str, Any]) -> str:
    return f"{use['of']}: {use['name']}" + (f" {as_text(use['options'])}" if use["options"] else "")


def _known(one: dict[str, Any]) -> str:
    options = f"  {', '.join(one['options'])}" if one["options"] else ""
    users = f"  (used by {', '.join(one['used_by'])})" if one["used_by"] else ""
    return f"{one['name']:<22}{options}{users}".rstrip()
