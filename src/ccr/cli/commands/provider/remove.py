"""`ccr provider remove`."""

from __future__ import annotations

from typing import Any

import click

from ccr.cli.models.commanding import How, change, removing


@click.command("remove")
@click.argument("name")
@removing
def command(*, name: str, force: bool, **how: Any) -> int:
    """Take a provider out. One that rules name stays unless --force takes it out of them, too.

    \b
    Examples:
      ccr provider remove lab
      ccr provider remove lab --force --dry-run
    """
    from ccr.cli.models import providers

    return change(
        How(**how, force=force), lambda old: old.become(providers.removed(old.value, name, force=force))
    )
