"""`ccr preset delete`."""

from __future__ import annotations

import click

from ccr.cli.commands.config.shared import config_option, writing
from ccr.cli.commands.preset.shared import found
from ccr.cli.terminal import FAILED, OK, USAGE, fail, note, say

EPILOG = """\b
Examples:
  ccr preset delete team
  ccr preset delete team --yes"""


@click.command("delete", epilog=EPILOG)
@click.argument("name")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@config_option
def command(*, name: str, yes: bool, config: str | None) -> int:
    """Take a preset away, with its answers and all its files."""
    from ccr.cli.setup import asking
    from ccr.config.sharing.installing import remove

    path = found(name, config)
    if not yes and not asking.possible():
        fail("There is no terminal to ask in: --yes takes it away.", USAGE)
    if not yes and not asking.confirm(f"Take away {path.parent}?", default=False):
        note("It stays.")
        return FAILED
    with writing(path.parent):
        remove(path)
    say(f"The preset '{path.parent.name}' is gone.")
    return OK
