"""`ccr config list`."""

from __future__ import annotations

import json

import click

from ccr.cli.commands.config.shared import config_option, json_option_that, path_of
from ccr.cli.terminal import note, say

EPILOG = """\b
Examples:
  ccr config list
  ccr config list --json"""


@click.command("list", epilog=EPILOG)
@json_option_that("Print a JSON list.")
@config_option
def command(*, as_json: bool, config: str | None) -> None:
    """List the copies that are kept of the configuration, the newest first."""
    from ccr.config.saving import backups

    path = path_of(config)
    found = backups.listed(path)
    if as_json:
        facts = [
            {"name": one.name, "time": one.time, "size": one.size, "path": str(one.path)} for one in found
        ]
        say(json.dumps(facts, indent=2))
        return
    for one in found:
        say(f"{one.time}  {one.size:>8} bytes  {one.name}")
    if not found:
        note(f"There are no copies of {path}. Every change makes one, and so does `ccr config backup`.")
