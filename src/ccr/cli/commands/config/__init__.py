"""`ccr config`: one module for each of its commands."""

from __future__ import annotations

import click

from ccr.cli.group import Lazy
from ccr.cli.table import Entry

ENTRIES = (
    Entry("init", "init", "Make a configuration, asking for what cannot be found out."),
    Entry("show", "show", "Show the configuration; keys are masked."),
    Entry("path", "path", "Print where the configuration is."),
    Entry("edit", "edit", "Open it in your editor, and check it afterwards."),
    Entry("validate", "validate", "Tell every mistake in it, with its place and its cure."),
    Entry("get", "get", "Print one value."),
    Entry("set", "set", "Change one value; comments and order stay."),
    Entry("unset", "unset", "Take one value out."),
    Entry("backup", "backup", "Keep a dated copy."),
    Entry("list", "list", "List the copies that are kept."),
    Entry("restore", "restore", "Put a copy back."),
    Entry("schema", "schema", "Print a JSON Schema of the file, for editors."),
    Entry("import", "importing", "Take over the configuration of another router."),
)

EPILOG = """\b
Examples:
  ccr config init
  ccr config set Router.default openrouter,anthropic/claude-sonnet-4
  ccr config set Providers.openrouter.models[0] moonshotai/kimi-k2
  ccr config validate && ccr restart

Every change keeps a copy of the file as it was in .backups beside it."""


@click.group(
    "config",
    cls=Lazy,
    package="ccr.cli.commands.config",
    entries=ENTRIES,
    epilog=EPILOG,
    no_args_is_help=True,
)
def command() -> None:
    """Make, show, check and change the configuration."""
