"""`ccr update`."""

from __future__ import annotations

import json

import click

from ccr import __version__
from ccr.cli.terminal import FAILED, OK, note, say

EPILOG = """\b
Examples:
  ccr update
  ccr update --json

\b
pip or uv is asked, so that your package index and proxy are used. Nothing is installed."""


@click.command("update", epilog=EPILOG)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, as_json: bool) -> int:
    """Ask whether there is a newer version, and say what would install it."""
    from ccr.cli import newer

    try:
        newest, why = newer.newest(), ""
    except newer.Unanswered as error:
        newest, why = "", str(error)
    is_newer = bool(newest) and newer.is_newer(newest, __version__)
    if as_json:
        facts = {"version": __version__, "newest": newest or None, "newer": is_newer, "why": why or None}
        say(json.dumps({**facts, "command": newer.command() if is_newer else None}, indent=2))
    elif why:
        say(f"This is version {__version__}. Whether there is a newer one is not known: {why}")
        note("Without a network that is all right: the router needs no newer version to run.")
    elif is_newer:
        say(f"Version {newest} is there; this is {__version__}. To install it:\n  {newer.command()}")
        note("Then `ccr restart`, where the service runs.")
    else:
        say(f"This is version {__version__}, the newest.")
    return FAILED if why else OK
