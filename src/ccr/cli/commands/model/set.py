"""`ccr model set`."""

from __future__ import annotations

from typing import Any

import click

from ccr.cli.models.commanding import How, change, changing
from ccr.cli.terminal import USAGE, fail


@click.command("set")
@click.argument("scenario")
@click.argument("targets", nargs=-1, metavar="[PROVIDER,MODEL]...")
@click.option("--fallback", multiple=True, metavar="P,M", help="Tried when it fails; several, in order.")
@click.option("--no-fallback", is_flag=True, help="Take the scenario's own fallback out.")
@click.option(
    "--threshold", type=click.IntRange(1), metavar="N", help="longContext: from how many tokens on."
)
@changing
def command(
    *,
    scenario: str,
    targets: tuple[str, ...],
    fallback: tuple[str, ...],
    no_fallback: bool,
    threshold: int | None,
    **how: Any,
) -> int:
    """Say which model answers a scenario, and which ones are tried when it fails.

    SCENARIO is default, background, think, longContext, webSearch, image, compaction or safeguard. Several
    targets are equals, of which one is taken. Without a target only the fallback or the threshold changes.

    \b
    Examples:
      ccr model set default openrouter,anthropic/claude-sonnet-4
      ccr model set think deepseek,deepseek-reasoner --fallback openrouter,anthropic/claude-sonnet-4
      ccr model set longContext gemini,gemini-2.5-pro --threshold 80000
    """
    from ccr.cli.models import routes
    from ccr.cli.models.entries import Refused

    if not (targets or fallback or no_fallback or threshold):
        fail("Say what is to change: a provider,model, --fallback, --no-fallback or --threshold.", USAGE)

    def value_of(value: dict[str, Any]) -> dict[str, Any]:
        name = routes.scenario_named(scenario)
        if threshold is not None and name != "longContext":
            raise Refused(f"--threshold is for longContext, not for {name}.")
        value = routes.with_route(value, name, targets) if targets else value
        value = routes.with_fallback(value, name, fallback) if fallback or no_fallback else value
        return value if threshold is None else routes.with_threshold(value, threshold)

    return change(How(**how), lambda old: old.become(value_of(old.value)))
