"""`ccr config unset`."""

from __future__ import annotations

import click

from ccr.cli.commands.config.shared import config_option, existing, force_option, opened, save
from ccr.cli.terminal import USAGE, fail


@click.command("unset")
@click.argument("path")
@force_option
@config_option
def command(*, path: str, force: bool, config: str | None) -> None:
    """Take one value out; for a key of the router its default then counts.

    \b
    Examples:
      ccr config unset Router.think
      ccr config unset Providers.ollama
    """
    from ccr.config.saving import places

    old = opened(existing(config))
    try:
        place = places.resolve(path, old.value)
        places.value_at(old.value, place)
    except places.WrongPath as error:
        fail(str(error), USAGE)
    save(old, old.remove(place), force=force)
