"""`ccr provider edit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccr.cli.models.commanding import How, change, changing, granted
from ccr.cli.models.giving import Given, giving
from ccr.cli.terminal import USAGE, fail

if TYPE_CHECKING:
    from ccr.config.saving.document import Document


@click.command("edit")
@click.argument("name")
@giving
@changing
def command(*, name: str, given: Given, **how: Any) -> int:
    """Change a provider. What is not given stays; an empty text takes a key out; --model adds models.

    \b
    Examples:
      ccr provider edit openrouter --key '$OTHER_KEY'
      ccr provider edit lab --url http://10.0.0.6:8000/v1 --protocol anthropic
      ccr provider edit lab --set 'headers={"x-team": "blue"}' --set enabled=false
    """
    from ccr.cli.models import making

    key = granted(lambda: making.key(name, given.secret()))
    changes = {**given.changes(), **({} if key.written is None else {"api_key": key.written or None})}
    if not changes and not given.models:
        fail("Say what is to change: --url, --protocol, --key, --model or --set.", USAGE)
    return change(How(**how), lambda old: _edited(old, name, changes, given.models), key.variables)


def _edited(old: Document, name: str, changes: dict[str, Any], models: tuple[str, ...]) -> Document:
    from ccr.cli.models import providers

    value = providers.edited(old.value, name, changes)
    return old.become(providers.with_added_models(value, [f"{name},{model}" for model in models]))
