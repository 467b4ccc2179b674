"""`ccr restart`."""

from __future__ import annotations

import os
from dataclasses import replace

import click

from ccr.cli import options as opts
from ccr.cli.commands.start import command as start
from ccr.cli.commands.start import in_background
from ccr.cli.commands.stop import find, stop
from ccr.cli.options import Options, service_options
from ccr.cli.service.finding import State
from ccr.cli.service.home import Home
from ccr.cli.service.records import Record


@click.command("restart")
@service_options
def command(
    *, host: str | None, port: int | None, config: str | None, log_file: str | None, verbose: bool
) -> int:
    """Stop the service and start it again in the background, with the options it was started with.

    With mistakes in the configuration nothing happens: the running service stays.
    """
    home = Home.of(os.environ)
    given = Options(host, port, config, log_file, verbose)
    found = find(home, None)
    options = merged(found.record, given) if found.record else given
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
