"""`ccr status`."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from ccr.cli.commands.stop import find
from ccr.cli.options import PORT
from ccr.cli.service import users
from ccr.cli.service.finding import Finding, State, beside, others, who
from ccr.cli.service.home import Home
from ccr.cli.service.records import url
from ccr.cli.terminal import NOT_RUNNING, OK, say

EPILOG = """\b
Examples:
  ccr status
  ccr status --json
  ccr status >/dev/null || ccr start --daemon"""


@click.command("status", epilog=EPILOG)
@click.option("--port", type=PORT, help="The port of the service, when there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, port: int | None, as_json: bool) -> int:
    """Say whether the service runs, and where. Ends with 0 when it runs and answers, else with 3."""
    home = Home.of(os.environ)
    finding = find(home, port)
    if as_json:
        say(json.dumps(facts(home, finding), indent=2))
    else:
        for line in lines(home, finding):
            say(line)
    return OK if finding.state is State.RUNNING else NOT_RUNNING


def facts(home: Home, finding: Finding) -> dict[str, Any]:
    """What is known, for programs."""
    found: dict[str, Any] = {
        "running": finding.state is State.RUNNING,
        "state": finding.state.value,
        "port": finding.port,
        "other_ports": others(home, finding.port),
    }
    if (record := finding.record) is not None:
        for name in ("pid", "host", "url", "config", "started", "instance", "log", "demo"):
            found[name] = getattr(record, name)
        found["started_for_claude"] = record.auto
        found["sessions"] = len(users.present(home, finding.port))
        found["version"] = finding.answer.health.get("version")
        found["reload"] = finding.answer.health.get("reload")
    return found


def lines(home: Home, finding: Finding) -> list[str]:
    """What is known, for people."""
    also = beside(home, finding.port)
    return [*_state(finding), *_record(home, finding), *([also] if also else [])]


def _state(finding: Finding) -> list[str]:
    if finding.state is State.RUNNING:
        return ["The service is running."]
    if finding.state is State.BUSY:
        return ["The service does not answer: it is starting, stopping or stuck. `ccr stop --force` ends it."]
    if finding.stale is not None:
        return [f"The service is not running; process {finding.stale.pid} ended without a word."]
    if finding.state is State.FREE:
        return ["The service is not running. `ccr start --daemon` starts it."]
    return [f"The service is not running; port {finding.port} is in use by {who(finding)}."]


def _record(home: Home, finding: Finding) -> list[str]:
    if (record := finding.record) is None:
        return []
    provider = " (not used: the demo provider answers)" if record.demo else ""
    count = len(users.present(home, finding.port))
    until = "the last Claude Code that uses it leaves" if record.auto else "`ccr stop`"
    return [
        f"  address        {url(record.host, record.port)}",
        f"  process        {record.pid}",
        f"  configuration  {record.config}{provider}",
        *_reload(finding),
        f"  Claude Code    {count} started by `ccr code`",
        f"  runs until     {until}",
    ]


def _reload(finding: Finding) -> list[str]:
    """What became of the configuration since the start, where there is something to say."""
    found = finding.answer.health.get("reload") or {}
    refused = [f"The configuration has changed, and is not used: {found['why']}"] if "why" in found else []
    waiting = found.get("restart_for")
    later = [f"New values of {', '.join(waiting)} count after `ccr restart`."] if waiting else []
    return [f"  {line}".replace("\n", "\n  ") for line in (*refused, *later)]
