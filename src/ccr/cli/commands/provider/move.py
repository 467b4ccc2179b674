"""`ccr provider move`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccr.cli.models.commanding import How, change, changing

if TYPE_CHECKING:
    from ccr.config.saving.document import Document


@click.command("move")
@click.argument("name")
@click.argument("to", metavar="up|down|first|last|N")
@changing
def command(*, name: str, to: str, **how: Any) -> int:
    """Change the order of the providers. The first one's first model answers where no rule says otherwise.

    \b
    Examples:
      ccr provider move ollama first
      ccr provider move ollama down
    """
    return change(How(**how), lambda old: moved(old, name, to))


def moved(old: Document, name: str, to: str) -> Document:
    """The file with the provider in another place. Raises ``Refused``."""
    from ccr.cli.models import order
    from ccr.cli.models.entries import index, key_of, whole

    numbers = [str(number) for number in range(len(whole(old.value)))]
    at = index(old.value, name)
    return order.reorder(old, (key_of(old.value),), order.moved(numbers, str(at), to))
