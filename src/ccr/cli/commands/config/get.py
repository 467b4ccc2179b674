"""`ccr config get`."""

from __future__ import annotations

import json

import click

from ccr.cli.commands.config.shared import (
    PATH_CODES,
    config_option,
    existing,
    json_option_that,
    leading,
    opened,
)
from ccr.cli.terminal import say


@click.command("get", epilog=PATH_CODES)
@click.argument("path")
@click.option("--reveal", is_flag=True, help="Show keys as they are.")
@json_option_that('Print {"path": …, "value": …}.')
@config_option
def command(*, path: str, reveal: bool, as_json: bool, config: str | None) -> None:
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
    with leading():
        place = places.resolve(path, value)
        found = places.value_at(value, place)
    shown = found if reveal else mask_at(value, place)
    if as_json:
        say(_written({"path": places.place(place), "value": shown}))
    else:
        say(shown if isinstance(shown, str) else _written(shown))


def _written(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
