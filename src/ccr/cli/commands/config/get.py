"""`ccr config get`."""

from __future__ import annotations

import json

import click

from ccr.cli.commands.config.shared import config_option, existing, opened
from ccr.cli.terminal import fail, say


@click.command("get")
@click.argument("path")
@click.option("--reveal", is_flag=True, help="Show keys as they are.")
@config_option
def command(*, path: str, reveal: bool, config: str | None) -> None:
    """Print one value: a text as it is, anything else as JSON. Keys are masked unless --reveal is given.

    \b
    Examples:
      ccr config get Router.default
      ccr config get Providers.openrouter.models
      ccr config get 'Providers.openrouter.transformer["moonshotai/kimi-k2"]'
    """
    from ccr.config.saving import places
    from ccr.config.saving.secrets import mask_at

    value = opened(existing(config)).value
    try:
        place = places.resolve(path, value)
        found = places.value_at(value, place)
    except places.WrongPath as error:
        fail(str(error))
    if not reveal:
        found = mask_at(value, place)
    say(found if isinstance(found, str) else json.dumps(found, indent=2, ensure_ascii=False))
