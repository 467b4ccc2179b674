"""`ccr preset`."""

from __future__ import annotations

import click

from ccr.cli.group import Lazy
from ccr.cli.table import Entry

COMMANDS = (
    Entry("list", "list", "Show the presets that are installed."),
    Entry("info", "info", "Tell what a preset is, asks and needs."),
    Entry("install", "install", "Install one from a folder, a zip or a git repository, or answer it anew."),
    Entry("export", "export", "Make one of this configuration, without its secrets."),
    Entry("delete", "delete", "Take one away."),
    Entry("rm", "delete", "The same as delete."),
    Entry("remove", "delete", "The same as delete."),
)

EPILOG = """\b
Examples:
  ccr preset export team --output team.zip
  ccr preset install team.zip
  ccr preset install https://example.com/team/preset.git --set model=qwen3-coder
  ccr team -p "hello"                  Claude Code through the preset

\b
A preset is a second configuration at an address of its own: docs/presets.md."""


@click.group("preset", cls=Lazy, package=__name__, entries=COMMANDS, epilog=EPILOG)
def command() -> None:
    """Make, install and manage presets: configurations to choose from."""
