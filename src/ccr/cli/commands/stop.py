"""`ccr stop`."""

from __future__ import annotations

import os

import click

from ccr.cli.options import PORT
from ccr.cli.service import binding, locks, records, stopping
from ccr.cli.service.finding import Finding, State, beside, look, select, who
from ccr.cli.service.home import Home
from ccr.cli.service.records import Record
from ccr.cli.terminal import OK, fail, say

EPILOG = """\b
Examples:
  ccr stop
  ccr stop --port 4000
  ccr stop --force                     break off what still runs"""


@click.command("stop", epilog=EPILOG)
@click.option("--port", type=PORT, help="The port of the service, when there are several.")
@click.option("--force", is_flag=True, help="End it at once; running answers break off.")
def command(*, port: int | None, force: bool) -> int:
    """Stop the service. It takes no new requests, and ends when those that are running have finished."""
    home = Home.of(os.environ)
    stop(home, find(home, port), force=force)
    return OK


def find(home: Home, port: int | None) -> Finding:
    """The service meant, where it is now."""
    from ccr.config.peek import peek

    config = peek()
    return look(home, config.host, port or select(home, config.port))


def stop(home: Home, finding: Finding, *, force: bool = False) -> None:
    """Stop what was found, wait until it is gone, and say so."""
    if finding.record is not None:
        return _stop(home, finding.record, force=force)
    if finding.state is State.BUSY:
        fail(f"{binding.running(finding)} Try again in a moment.")
    if finding.state is State.FOREIGN:
        fail(f"Port {finding.port} belongs to {who(finding)}: it can only be stopped from there.")
    if finding.stale is not None:
        return say(f"The service was not running any more: process {finding.stale.pid} ended without a word.")
    taken = f" (port {finding.port} is in use by {who(finding)})" if finding.state is State.TAKEN else ""
    say(f"The service is not running{taken}.")
    if also := beside(home, finding.port):
        say(f"{also} `ccr stop --port` stops one of them.")
    return None


def _stop(home: Home, record: Record, *, force: bool) -> None:
    if not force:
        say(f"Stopping the service at {record.url} (process {record.pid}); running answers may finish.")
    if stopping.ask_to_stop(home, record, force=force) and not stopping.wait_until_gone(home, record):
        patience = stopping.patience(record)
        fail(f"It still runs after {patience:.0f} seconds. `ccr stop --force` ends it at once.")
    with locks.unheld(home.lock(record.port)) as free:
        if free:  # one that was ended by force could not do so itself
            records.remove(home, record)
    say("The service has been stopped.")
