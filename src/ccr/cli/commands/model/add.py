"""`ccr model add`."""

from __future__ import annotations

from typing import Any

import click

from ccr.cli.models.commanding import How, change, changing


@click.command("add")
@click.argument("targets", nargs=-1, required=True, metavar="PROVIDER,MODEL...")
@changing
def command(*, targets: tuple[str, ...], **how: Any) -> int:
    """Add models to the providers that have them.

    \b
    Examples:
      ccr model add openrouter,moonshotai/kimi-k2
      ccr model add ollama,qwen3-coder ollama,qwen3:4b
    """
    from ccr.cli.models import providers

    return change(How(**how), lambda old: old.become(providers.with_added_models(old.value, targets)))
