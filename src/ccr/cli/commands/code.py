"""`ccr code`."""

from __future__ import annotations

import click

from ccr.cli import options as opts
from ccr.cli.client.launch import launch
from ccr.cli.options import Options


class Verbatim(click.Command):
    """A command whose arguments are not its own: none is read or changed, not even ``--`` or ``--help``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.params["arguments"] = list(args)
        return []


EPILOG = """\b
Examples:
  ccr code
  ccr code "explain this project"
  ccr code -p "list the files" --output-format json
  ccr code --help                      the help of Claude Code"""


@click.command("code", epilog=EPILOG, cls=Verbatim, add_help_option=False)
def command(*, arguments: list[str]) -> int:
    """Run Claude Code through the router; all arguments are its own."""
    return launch(opts.load(Options(), quiet=True), arguments)
