"""`ccr start`."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ccr.cli import options as opts
from ccr.cli import welcome
from ccr.cli.options import Options, service_options
from ccr.cli.service import binding, records, starting
from ccr.cli.service.finding import Finding, State, look
from ccr.cli.service.home import Home
from ccr.cli.terminal import OK, fail, note, say

if TYPE_CHECKING:
    from ccr.config import Settings

EPILOG = """\b
Examples:
  ccr start                            until Ctrl-C
  ccr start --daemon                   in the background; `ccr stop` ends it
  ccr start --port 4000 --config a.json"""


@click.command("start", epilog=EPILOG)
@click.option("-d", "--daemon", is_flag=True, help="Run in the background.")
@service_options
def command(*, daemon: bool, **given: Any) -> int:
    """Start the service. Without a configuration the built-in demo provider answers."""
    options = Options(**given)
    return in_background(opts.load(options), options) if daemon else in_this_process(options)


def in_this_process(options: Options) -> int:
    from ccr.cli import apart
    from ccr.cli.service.running import Service

    settings = opts.load(options, reader=partial(apart.read, meanwhile=_importing))
    return Service(settings, options, demo=not settings.providers).run()


def _importing() -> None:
    """What takes longest before the service is ready."""
    import ccr.server.run  # noqa: F401


def in_background(settings: Settings, options: Options) -> int:
    """Start the service as a process of its own, unless it is there already."""
    home = Home.of(os.environ)
    with starting.gate(home, settings.port, settings.process.drain):
        finding = look(home, settings.host, settings.port)
        if finding.state is State.RUNNING:
            return _keep(home, finding, settings)
        if finding.state is not State.FREE:
            fail(binding.occupied(finding))
        record = starting.start(home, settings.host, settings.port, options)
    for line in welcome.lines(settings, options, demo=record.demo):
        say(line)
    say(f"It runs in the background as process {record.pid} and logs to {log_of(settings, options)}.")
    for line in starting.unlogged(home.output(settings.port)):
        note(line)
    say("`ccr status` tells how it is, `ccr stop` ends it.")
    return OK


def log_of(settings: Settings, options: Options) -> str:
    """Where the service logs, in words."""
    if not settings.log:
        return "nowhere (LOG is false)"
    return options.log_file or str(settings.path.parent / settings.logs.folder)


def _keep(home: Home, finding: Finding, settings: Settings) -> int:
    """The service is there: one that was started for Claude Code is now kept for good."""
    record = finding.record
    assert record is not None
    if record.config != str(settings.path):
        fail(binding.occupied(finding))
    if record.auto:
        records.write(home, replace(record, auto=False))
    note(binding.running(finding))
    return OK
