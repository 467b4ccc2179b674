"""`ccr config unset`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccr.cli.commands.config.shared import (
    PATH_CODES,
    change_option,
    config_option,
    existing,
    force_option,
    leading,
    saved,
)

if TYPE_CHECKING:
    from ccr.config.saving.document import Document


@click.command("unset", epilog=PATH_CODES)
@click.argument("path")
@force_option
@change_option
@config_option
def command(*, path: str, **how: Any) -> int:
    """Take one value out; for a key of the router its default then counts.

    \b
    Examples:
      ccr config unset Router.think
      ccr config unset Providers.ollama
    """
    existing(how["config"])
    return saved(lambda old: _without(old, path), **how)


def _without(old: Document, path: str) -> Document:
    from ccr.config.saving import places

    with leading():
        place = places.resolve(path, old.value)
        places.value_at(old.value, place)
    return old.remove(place)
