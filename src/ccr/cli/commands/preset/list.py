"""`ccr preset list`."""

from __future__ import annotations

import json

import click

from ccr.cli.commands.config.shared import config_option, json_option_that
from ccr.cli.commands.preset.shared import folder
from ccr.cli.terminal import note, say

EPILOG = """\b
Examples:
  ccr preset list
  ccr preset list --json"""


@click.command("list", epilog=EPILOG)
@json_option_that("Print one JSON object, as GET /api/presets does.")
@config_option
def command(*, as_json: bool, config: str | None) -> None:
    """Show the presets that are installed."""
    from ccr.config import installed
    from ccr.config.sharing.installing import about

    place = folder(config)
    there = {name: about(place / name / installed.FILE) for name in installed.names(place)}
    if as_json:
        told = [{"id": name, "name": name, **facts, "installed": True} for name, facts in there.items()]
        say(json.dumps({"presets": told}, indent=2, ensure_ascii=False))
        return
    width = max(map(len, there), default=0)
    for name, facts in there.items():
        words = " ".join(str(facts[key]) for key in ("version", "description") if key in facts)
        say(f"{name:<{width}}  {words}".rstrip())
    if not there:
        note(f"No preset is installed in {place}.")
        note("`ccr preset install` brings one, `ccr preset export` makes one.")
