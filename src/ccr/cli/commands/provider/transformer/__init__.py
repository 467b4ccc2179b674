"""`ccr provider transformer`: one module for each of its commands."""

from __future__ import annotations

import click

from ccr.cli.group import Lazy
from ccr.cli.table import Entry

ENTRIES = (
    Entry("list", "list", "List the transformers there are, and who uses them."),
    Entry("add", "add", "Let a provider, or one of its models, use a transformer."),
    Entry("remove", "remove", "Let it use a transformer no more."),
)

EPILOG = """\b
Examples:
  ccr provider transformer list
  ccr provider transformer add deepseek maxtoken --option max_tokens=8192
  ccr provider transformer add deepseek reasoning --model deepseek-reasoner
  ccr provider transformer remove deepseek maxtoken"""


@click.group(
    "transformer",
    cls=Lazy,
    package="ccr.cli.commands.provider.transformer",
    entries=ENTRIES,
    epilog=EPILOG,
    no_args_is_help=True,
)
def command() -> None:
    """Adapt what is sent to a provider, or to one of its models (docs/transformers.md)."""
