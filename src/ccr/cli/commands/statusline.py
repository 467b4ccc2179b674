"""`ccr statusline`, as far as people call it: what Claude Code calls is ``ccr.cli.statusline``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from ccr.cli.client import hook
from ccr.cli.terminal import OK, fail, note, say

EPILOG = """\b
Examples:
  ccr statusline install               Claude Code shows the line from now on
  ccr statusline install --refresh 5   ... and draws it every 5 seconds
  ccr statusline uninstall
  ccr statusline                       the line, for the JSON on standard input

\b
The section StatusLine of the configuration says what is shown: docs/statusline.md."""


INSTALL = """\b
Examples:
  ccr statusline install
  ccr statusline install team --refresh 5
  ccr statusline install --file .claude/settings.json"""

UNINSTALL = """\b
Example:
  ccr statusline uninstall"""


@click.group("statusline", epilog=EPILOG, no_args_is_help=True)
def command() -> None:
    """Draw Claude Code's status line, or put it into Claude Code's settings.

    Claude Code calls `ccr statusline [PRESET]` itself, with JSON on standard input.
    """


@command.command("install", epilog=INSTALL)
@click.argument("preset", required=False, default="")
@click.option(
    "--refresh", type=click.IntRange(1, 3600), metavar="SECONDS", help="Draw it so often, too (never)."
)
@click.option("--force", is_flag=True, help="Replace the status line of another program.")
@click.option("--file", metavar="FILE", help="Claude Code's settings (~/.claude/settings.json).")
def install(*, preset: str, refresh: int | None, force: bool, file: str | None) -> int:
    """Make Claude Code show the line, with the theme of PRESET where one is named."""
    if preset:
        from ccr.cli.commands.preset.shared import found

        found(preset, None)
    try:
        line = hook.command_line(preset, sys.platform)
        change = hook.install(_path(file), hook.entry(line, refresh), force=force)
    except hook.NotChanged as error:
        fail(str(error))
    say(f"Claude Code shows our status line: {change.path}." if change.done else _settled(change))
    return _kept(change)


@command.command("uninstall", epilog=UNINSTALL)
@click.option("--file", metavar="FILE", help="Claude Code's settings (~/.claude/settings.json).")
def uninstall(*, file: str | None) -> int:
    """Take the line out of Claude Code's settings."""
    try:
        change = hook.uninstall(_path(file))
    except hook.NotChanged as error:
        fail(str(error))
    say(f"The status line is out of {change.path}." if change.done else f"There is none in {change.path}.")
    return _kept(change)


def _path(file: str | None) -> Path:
    return Path(file).expanduser().absolute() if file else hook.settings_file(os.environ)


def _settled(change: hook.Change) -> str:
    return f"Nothing to do: {change.path} says so already."


def _kept(change: hook.Change) -> int:
    if change.backup is not None:
        note(f"What it was before is in {change.backup}.")
    return OK
