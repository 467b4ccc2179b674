"""`ccr config backup`."""

from __future__ import annotations

import click

from ccr.cli.commands.config.shared import config_option, existing, writing
from ccr.cli.terminal import say

EPILOG = """\b
Examples:
  ccr config backup"""


@click.command("backup", epilog=EPILOG)
@config_option
def command(*, config: str | None) -> None:
    """Keep a dated copy of the configuration in .backups beside it, also when it is broken.

    The oldest copies go when there are more than BACKUPS says (20). Copies are as private as the file.
    """
    from ccr.config.saving import backups, document

    path = existing(config)
    with writing(backups.folder(path)):
        made = document.backup(path)
    if made is not None:
        say(str(made.path))
