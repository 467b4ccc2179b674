"""`ccr model move`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccr.cli.models.commanding import How, change, changing

if TYPE_CHECKING:
    from ccr.config.saving.document import Document


@click.command("move")
@click.argument("target", metavar="PROVIDER,MODEL")
@click.argument("to", metavar="up|down|first|last|N")
@changing
def command(*, target: str, to: str, **how: Any) -> int:
    """Change the order of a provider's models. The first model of the first provider answers without rules.

    \b
    Examples:
      ccr model move openrouter,moonshotai/kimi-k2 first
      ccr model move openrouter,moonshotai/kimi-k2 3
    """
    return change(How(**how), lambda old: moved(old, target, to))


def moved(old: Document, target: str, to: str) -> Document:
    """The file with the model in another place of its provider's. Raises ``Refused``."""
    from ccr.cli.models import order
    from ccr.cli.models.entries import Refused, entry, index, key_of, models_of, split_target

    name, model = split_target(target)
    models = models_of(entry(old.value, name))
    if model not in models:
        raise Refused(f"{name} lists no model '{model}'. It lists: {', '.join(models) or 'none'}.")
    place = (key_of(old.value), index(old.value, name), "models")
    return order.reorder(old, place, order.moved(models, model, to))
