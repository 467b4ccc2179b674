"""`ccr model unset`."""

from __future__ import annotations

from typing import Any

import click

from ccr.cli.models.commanding import How, change, changing


@click.command("unset")
@click.argument("scenario")
@changing
def command(*, scenario: str, **how: Any) -> int:
    """Take the rule of a scenario out, and the fallback of its own; then the default answers it.

    \b
    Example:
      ccr model unset think
    """
    from ccr.cli.models import routes

    return change(
        How(**how), lambda old: old.become(routes.without_route(old.value, routes.scenario_named(scenario)))
    )
