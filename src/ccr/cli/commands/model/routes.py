"""`ccr model routes`."""

from __future__ import annotations

from typing import Any

import click

from ccr.cli.commands.config.shared import config_option, json_option
from ccr.cli.models.commanding import as_text, document_of
from ccr.cli.terminal import OK, paint, say


@click.command("routes")
@json_option
@config_option
def command(*, as_json: bool, config: str | None) -> int:
    """Say which model answers what, and which ones are tried when it fails.

    Rules of your own and subagents' have more to them: `ccr config show`, `ccr route`.

    \b
    Examples:
      ccr model routes
      ccr model routes --json | jq -r .routes.default.targets[0]
    """
    from ccr.cli.models.routes import rules, threshold

    value = document_of(config).value
    found = rules(value)
    if as_json:
        facts: dict[str, Any] = {
            rule.scenario: {"targets": list(rule.targets), "fallback": list(rule.fallback)} for rule in found
        }
        say(as_text({"routes": facts, "longContextThreshold": threshold(value)}))
        return OK
    for rule in found:
        target = " | ".join(rule.targets) or paint("(no rule)", dim=True)
        say(f"{rule.scenario:<12}{target}")
        if rule.own and rule.fallback:
            say(f"{'':<12}else {', '.join(rule.fallback)}")
    say(f"A context is long from {threshold(value)} tokens on.")
    return OK
