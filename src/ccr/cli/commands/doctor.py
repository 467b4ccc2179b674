"""`ccr doctor`."""

from __future__ import annotations

import json
import os

import click

from ccr.cli.terminal import FAILED, OK, USAGE, fail, say

EPILOG = """\b
Examples:
  ccr doctor                           everything, within ten seconds
  ccr doctor --ask                     and each model that a route leads to is asked for a word
  ccr doctor --json > report.json      no key is in it
  ccr doctor --gateway http://127.0.0.1:3456 --key $KEY

\b
Ends with 0 when nothing is wrong (doubts are allowed), else with 1."""


@click.command("doctor", epilog=EPILOG)
@click.option("--ask", is_flag=True, help="Ask each model that a route leads to for one word.")
@click.option(
    "--no-call", is_flag=True, help="Leave out the tool call; without --ask no model is asked anything."
)
@click.option("--gateway", metavar="URL", help="Try what Claude Code needs against this gateway instead.")
@click.option("--key", metavar="KEY", help="The gateway's key (ANTHROPIC_AUTH_TOKEN).")
@click.option("--model", metavar="NAME", help="The model to ask the gateway for (ANTHROPIC_MODEL).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--config", metavar="FILE", help="The configuration (~/.claude-code-router/config.json).")
def command(
    *, gateway: str | None, key: str | None, model: str | None, as_json: bool, **chain: object
) -> int:
    """Look at the whole way from Claude Code to the models, and say the cure for what is wrong.

    Versions, the configuration, the service, Claude Code's own settings, proxies and certificates, disk and
    permissions, each provider, and one small tool call through the real route.
    """
    _refuse_together(gateway=gateway, key=key, model=model, **chain)
    if gateway is not None:
        return _gateway(gateway, key, model, as_json=as_json)
    return _chain(as_json=as_json, **chain)


def _refuse_together(
    *, gateway: object, key: object, model: object, ask: object, no_call: object, **_: object
) -> None:
    """Ends the command for options of which one would be ignored."""
    if gateway is None and (key or model):
        fail("--key and --model are for --gateway URL.", USAGE)
    if gateway is not None and (ask or no_call):
        fail("--ask and --no-call are for the whole way, not for --gateway.", USAGE)


def _chain(*, ask: object, no_call: object, config: object, as_json: bool) -> int:
    from ccr.cli.doctor.checks import examine
    from ccr.cli.doctor.findings import facts, lines, summary
    from ccr.cli.doctor.world import look

    world = look(os.environ, str(config) if config else None)
    areas = examine(world, ask=bool(ask), call=not no_call)
    every = [finding for area in areas for finding in area.findings]
    healthy = all(finding.state != "failure" for finding in every)
    if as_json:
        told = [fact for area in areas for fact in facts(area.name, area.findings)]
        say(json.dumps({"ok": healthy, "findings": told}, indent=2, ensure_ascii=False))
    else:
        for area in areas:
            for line in lines(area.name, area.findings):
                say(line)
        say()
        say(summary(every))
    return OK if healthy else FAILED


def _gateway(url: str, key: str | None, model: str | None, *, as_json: bool) -> int:
    from ccr.cli.doctor.findings import facts, lines, summary
    from ccr.cli.doctor.gateway.table import examine

    if not url.startswith(("http://", "https://")):
        fail(f"--gateway {url} is no address. Write it as http://host:port.", USAGE)
    key = key or os.environ.get("ANTHROPIC_AUTH_TOKEN") or os.environ.get("ANTHROPIC_API_KEY") or ""
    found = examine(url, key, model or os.environ.get("ANTHROPIC_MODEL") or "")
    healthy = all(finding.state != "failure" for finding in found)
    if as_json:
        told = {"ok": healthy, "gateway": url, "findings": facts("gateway", found)}
        say(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for line in lines(f"What Claude Code needs, at {url}", found):
            say(line)
        say()
        say(summary(found))
    return OK if healthy else FAILED
