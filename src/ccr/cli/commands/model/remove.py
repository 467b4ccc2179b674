"""`ccr model remove`."""

from __future__ import annotations

from typing import Any

import click

from ccr.cli.models.commanding import How, change, removing


@click.command("remove")
@click.argument("targets", nargs=-1, required=True, metavar="PROVIDER,MODEL...")
@removing
def command(*, targets: tuple[str, ...], force: bool, **how: Any) -> int:
    """Take models out. One that rules name stays unless --force takes it out of them, too.

    \b
    Examples:
      ccr model remove openrouter,moonshotai/kimi-k2
      ccr model remove --force deepseek,deepseek-reasoner
    """
    from ccr.cli.models import providers

    return change(
        How(**how, force=force),
        lambda old: old.become(providers.without_models(old.value, targets, force=force)),
    )
