"""`ccr config restore`."""

from __future__ import annotations

import time

import click

from ccr.cli.commands.config.shared import config_option, examined, opened, path_of, remarks, writing
from ccr.cli.terminal import fail, note, say


@click.command("restore")
@click.argument("name", default="")
@config_option
def command(*, name: str, config: str | None) -> None:
    """Put a copy back in the place of the configuration, of which a copy is made before.

    NAME is that of the copy, or how its time begins; without it the newest is meant.

    \b
    Examples:
      ccr config restore
      ccr config restore 2026-01-04T07
    """
    from ccr.cli.models.saving import taken
    from ccr.config.saving import document
    from ccr.config.saving.backups import NoBackup

    path, since = path_of(config), time.time()
    try:
        with writing(path):
            restored, made = document.restore(path, name)
    except NoBackup as error:
        fail(str(error))
    say(f"{path} is as it was at {restored.time}.")
    if made is not None:
        note(f"What it was just now is in {made.path}.")
    remarks(path, examined(opened(path)))
    if service := taken(path, since):
        note(service)
