"""`ccr activate`, `ccr env`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccr.cli import options as opts
from ccr.cli import welcome
from ccr.cli.client import environment, shells
from ccr.cli.options import Options
from ccr.cli.service.finding import State, look
from ccr.cli.service.home import Home
from ccr.cli.service.records import url
from ccr.cli.terminal import note, say

if TYPE_CHECKING:
    from ccr.config import Settings

EPILOG = """\b
Examples:
  eval "$(ccr activate)"                                   bash, zsh
  ccr activate | source                                    fish
  ccr activate | Out-String | Invoke-Expression            PowerShell"""


@click.command("activate", epilog=EPILOG)
@click.option(
    "--shell", type=click.Choice([*shells.SHELLS, *shells.ALIASES]), help="The shell that reads the lines."
)
def command(*, shell: str | None) -> None:
    """Print the variables that make `claude` use the router, as lines for a shell to evaluate."""
    settings = _seen(opts.load(Options(), quiet=True))
    address = url(settings.host, settings.port)
    variables = environment.variables(settings, address, os.environ)
    for line in shells.lines(variables, shells.detect(shell or _parent(), os.environ, sys.platform)):
        say(line)
    if sys.stdout.isatty():
        note(f"# To use them:  {welcome.activation(Options())}")
    if look(Home.of(os.environ), settings.host, settings.port).state is not State.RUNNING:
        note(f"# The service is not running; start it with:  {welcome.call(Options(), 'start --daemon')}")


def _seen(settings: Settings) -> Settings:
    """The configuration as the service has it."""
    if settings.providers:
        return settings
    from ccr.demo.settings import demo_settings

    return demo_settings(settings, "")


def _parent() -> str:
    """The name of the process that called us, where the system tells."""
    try:
        return Path(f"/proc/{os.getppid()}/comm").read_text(encoding="utf-8")
    except OSError:
        return ""
