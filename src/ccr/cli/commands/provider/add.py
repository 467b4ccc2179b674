"""`ccr provider add`."""

from __future__ import annotations

from typing import Any

import click

from ccr.cli.models.commanding import How, change, changing, granted
from ccr.cli.models.giving import Given, giving


@click.command("add")
@click.argument("name")
@click.option(
    "--preset", metavar="NAME", help="The known provider it is, when NAME is another (see presets)."
)
@giving
@changing
def command(*, name: str, preset: str | None, given: Given, **how: Any) -> int:
    """Add a provider. One that is known by name needs a key and models; any other needs --url.

    --key is best a variable, '$OPENROUTER_API_KEY'; without it the usual one of a known provider is written.
    A key itself goes into the file .env beside the configuration; "-" reads it from the input.

    \b
    Examples:
      ccr provider add openrouter --model anthropic/claude-sonnet-4 --model anthropic/claude-haiku-4.5
      ccr provider add work --preset openai --key '$WORK_KEY' --model gpt-5.2
      ccr provider add lab --url http://10.0.0.5:8000/v1 --protocol openai-chat --model qwen3-coder
      ccr provider add bedrock --set region=eu-west-1 --model eu.anthropic.claude-sonnet-4-5-20250929-v1:0
    """
    from ccr.cli.models import making, providers

    made = granted(
        lambda: making.entry(name, preset or "", given.changes(), given.secret(), given.models),
    )
    return change(How(**how), lambda old: old.become(providers.added(old.value, made.entry)), made.variables)
