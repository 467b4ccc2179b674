"""`ccr version`."""

from __future__ import annotations

import click

from ccr import __version__
from ccr.cli.terminal import say

EPILOG = """\b
Examples:
  ccr version
  ccr --version"""


@click.command("version", epilog=EPILOG)
def command() -> None:
    """Print the version."""
    say(f"claude-code-router version: {__version__}")
