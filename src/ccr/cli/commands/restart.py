"""`ccr restart`."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import click

from ccr.cli import options as opts
from ccr.cli.commands.start import command as start
from ccr.cli.commands.start import in_background
from ccr.cli.commands.stop import find, stop
from ccr.cli.options import Options, service_options
from ccr.cli.service.finding import State
from ccr.cli.service.home import Home
from ccr.cli.service.records import Record

EPILOG = """\b
Examples:
  ccr restart                          with the options of its start
  ccr restart --port 4000"""


@click.command("restart", epilog=EPILOG)
@service_options
def command(**given: Any) -> int:
    """Stop the service and start it again in the background, with the options it was started with.

    With mistakes in the configuration nothing happens: the running service stays.
    """
    home = Home.of(os.environ)
    new = Options(**given)
    found = find(home, None)
    options = merged(found.record, new) if found.record else new
    settings = opts.load(options)
    if found.state in (State.RUNNING, State.BUSY):
        stop(home, found)
    return in_background(settings, options)


def merged(record: Record, given: Options) -> Options:
    """The options of a running service, with what is given now over them."""
    with start.make_context("start", list(record.options), resilient_parsing=True) as context:
        old = {name: value for name, value in context.params.items() if name != "daemon"}
    new = {name: value for name in Options.__slots__ if (value := getattr(given, name))}
    return replace(Options(**old), **new)
