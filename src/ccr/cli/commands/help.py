"""`ccr help`."""

from __future__ import annotations

import click

from ccr.cli.terminal import say

EPILOG = """\b
Examples:
  ccr help
  ccr help config init"""


@click.command("help", epilog=EPILOG)
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def command(ctx: click.Context, *, words: tuple[str, ...]) -> None:
    """Show the help of `ccr`, or of one of its commands."""
    here = ctx.find_root()
    for word in words:
        group = here.command
        found = group.get_command(here, word) if isinstance(group, click.Group) else None
        if found is None:
            raise click.UsageError(f"There is no command '{here.command_path} {word}'.", here)
        here = click.Context(found, here, word)
    say(here.get_help())
