"""`ccr provider transformer remove`."""

from __future__ import annotations

from typing import Any

import click

from ccr.cli.models.commanding import How, change, changing


@click.command("remove")
@click.argument("name")
@click.argument("transformer")
@click.option("--model", metavar="MODEL", help="Of this model of the provider only.")
@changing
def command(*, name: str, transformer: str, model: str | None, **how: Any) -> int:
    """Let a provider, or one of its models, use a transformer no more.

    \b
    Example:
      ccr provider transformer remove deepseek maxtoken
    """
    from ccr.cli.models import making

    return change(How(**how), lambda old: old.become(making.without_use(old.value, name, transformer, model)))
