"""`ccr provider rename`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccr.cli.models.commanding import How, change, changing

if TYPE_CHECKING:
    from ccr.config.saving.document import Document


@click.command("rename")
@click.argument("name")
@click.argument("new")
@changing
def command(*, name: str, new: str, **how: Any) -> int:
    """Give a provider another name, in the rules as well.

    One that is known by its name alone gets its address written, so that it stays the same.

    \b
    Example:
      ccr provider rename openrouter work
    """
    return change(How(**how), lambda old: renamed(old, name, new))


def renamed(old: Document, name: str, new: str) -> Document:
    """The file with the provider under its new name. Raises ``Refused``."""
    from ccr.cli.models import making, providers
    from ccr.cli.models.entries import entry

    lost = making.lost_by_renaming(entry(old.value, name), new)
    return old.become(providers.renamed(providers.edited(old.value, name, lost), name, new))
