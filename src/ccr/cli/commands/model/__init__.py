"""`ccr model`: one module for each of its commands; without one, the same by keyboard."""

from __future__ import annotations

import click

from ccr.cli.commands.config.shared import config_option
from ccr.cli.group import Lazy
from ccr.cli.table import Entry

ENTRIES = (
    Entry("list", "list", "List the models there are, and what uses them."),
    Entry("routes", "routes", "Say which model answers what."),
    Entry("set", "set", "Say which model answers a scenario, and which when it fails."),
    Entry("unset", "unset", "Take the rule of a scenario out."),
    Entry("add", "add", "Add models to their providers."),
    Entry("remove", "remove", "Take models out."),
    Entry("move", "move", "Change the order of a provider's models."),
    Entry("test", "test", "Ask models for a word, and measure how soon it comes."),
)

EPILOG = """\b
Examples:
  ccr model
  ccr model list --remote --provider openrouter
  ccr model add openrouter,moonshotai/kimi-k2
  ccr model set think deepseek,deepseek-reasoner --fallback openrouter,anthropic/claude-sonnet-4
  ccr model test --all

`ccr provider` has the same for providers."""


@click.group(
    "model",
    cls=Lazy,
    package="ccr.cli.commands.model",
    entries=ENTRIES,
    epilog=EPILOG,
    invoke_without_command=True,
)
@config_option
@click.pass_context
def command(ctx: click.Context, config: str | None) -> int | None:
    """Choose providers, models and what answers what: by keyboard, or with one of the commands below."""
    if ctx.invoked_subcommand is not None:
        ctx.default_map = {ctx.invoked_subcommand: {"config": config}} if config else None
        return None
    from ccr.cli.models.screens import home

    return home.run(config)
