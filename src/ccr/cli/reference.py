"""`python -m ccr.cli.reference`: writes docs/reference/cli.md, which is the help of every command."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ccr.cli.program import cli

FILE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "cli.md"
WIDTH = 100

HEAD = """\
# The command line

The help of every command, as `ccr COMMAND --help` prints it. Written by `python -m ccr.cli.reference`.

Wherever `--json` is offered, standard output holds nothing else. Data goes to standard output, remarks to
standard error. `NO_COLOR=1` leaves colours out. Ctrl-C ends every command with 130; the
service itself (`ccr start`, `ccr demo`) ends well by it, with 0.
"""


def text() -> str:
    """The whole page."""
    parts = [f"## {path}\n\n```\n{shown}\n```\n" for path, shown in helps()]
    return "\n".join([HEAD, *parts])


def helps() -> Iterator[tuple[str, str]]:
    """Each command and its help, a group before its commands."""
    yield from _helps(cli, None, "ccr")


def _helps(command: click.Command, parent: click.Context | None, name: str) -> Iterator[tuple[str, str]]:
    context = click.Context(
        command,
        parent,
        info_name=name,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        **command.context_settings,
    )
    yield context.command_path, command.get_help(context)
    if not isinstance(command, click.Group):
        return
    for word in command.list_commands(context):
        if (inner := command.get_command(context, word)) is not None:
            yield from _helps(inner, context, word)


def main() -> None:
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")
    click.echo(f"{FILE} is written.", file=sys.stderr)


if __name__ == "__main__":
    main()
