"""`ccr provider`: one module for each of its commands."""

from __future__ import annotations

import click

from ccr.cli.group import Lazy
from ccr.cli.table import Entry

ENTRIES = (
    Entry("list", "list", "List the providers of the configuration."),
    Entry("presets", "presets", "List the providers that are known by name."),
    Entry("add", "add", "Add a provider."),
    Entry("edit", "edit", "Change a provider's address, protocol, key or anything else of it."),
    Entry("remove", "remove", "Take a provider out."),
    Entry("rename", "rename", "Give a provider another name, in the rules as well."),
    Entry("move", "move", "Change the order of the providers."),
    Entry("models", "models", "List a provider's models, or ask it which it has."),
    Entry("test", "test", "Ask a provider for its models and for a word."),
    Entry("transformer", "transformer", "Adapt what is sent to a provider, or to one of its models."),
)

EPILOG = """\b
Examples:
  ccr provider presets kimi
  ccr provider add openrouter --key '$OPENROUTER_API_KEY' --model anthropic/claude-sonnet-4
  ccr provider add lab --url http://10.0.0.5:8000/v1 --model qwen3-coder
  ccr provider models openrouter --fetch
  ccr provider remove lab --force

`ccr model` does all of it by keyboard."""


@click.group(
    "provider",
    cls=Lazy,
    package="ccr.cli.commands.provider",
    entries=ENTRIES,
    epilog=EPILOG,
    no_args_is_help=True,
)
def command() -> None:
    """List, add, change, try and remove the providers of the configuration."""
