"""`ccr demo`."""

from __future__ import annotations

import os

import click

from ccr.cli.options import PORT, Options, settled

EPILOG = """\b
Examples:
  ccr demo
  ccr demo --port 4000 --verbose"""


@click.command("demo", epilog=EPILOG)
@click.option("--port", type=PORT, help="The port (3456).")
@click.option("--log-file", metavar="FILE", help="Where to log (~/.claude-code-router/logs).")
@click.option("--verbose", is_flag=True, help="Show every request in the terminal.")
def command(*, port: int | None, log_file: str | None, verbose: bool) -> int:
    """Try the router without any provider: a small built-in one answers everything, offline.

    The configuration is not read.
    """
    from ccr.cli.service.running import Service
    from ccr.config import source
    from ccr.config.peek import PORT as DEFAULT
    from ccr.config.settings import Settings

    options = Options(port=port, log_file=log_file, verbose=verbose)
    path = source.locate(None, os.environ)
    settings = Settings(path=path, port=settled(options, os.environ).port or DEFAULT)
    return Service(settings, options, demo=True).run()
