"""`ccr provider transformer add`."""

from __future__ import annotations

from typing import Any

import click

from ccr.cli.models.commanding import How, change, changing, granted


@click.command("add")
@click.argument("name")
@click.argument("transformer")
@click.option("--model", metavar="MODEL", help="For this model of the provider only.")
@click.option(
    "--option", "options", multiple=True, metavar="NAME=VALUE", help="An option of the transformer."
)
@changing
def command(*, name: str, transformer: str, model: str | None, options: tuple[str, ...], **how: Any) -> int:
    """Let a provider use a transformer, behind those it uses; one that it uses gets these options instead.

    \b
    Examples:
      ccr provider transformer add deepseek maxtoken --option max_tokens=8192
      ccr provider transformer add deepseek reasoning --model deepseek-reasoner
    """
    from ccr.cli.models import making

    given = granted(lambda: making.pairs(options))
    return change(
        How(**how), lambda old: old.become(making.with_use(old.value, name, transformer, given, model))
    )
