"""`ccr config set`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccr.cli.commands.config.shared import (
    PATH_CODES,
    change_option,
    config_option,
    force_option,
    leading,
    saved,
)

if TYPE_CHECKING:
    from ccr.config.saving.document import Document


@click.command("set", epilog=PATH_CODES, context_settings={"ignore_unknown_options": True})
@click.argument("path")
@click.argument("value")
@force_option
@change_option
@config_option
def command(*, path: str, value: str, **how: Any) -> int:
    """Change one value. Comments, order and everything else in the file stay as they are.

    PATH leads through keys and list entries; an entry is named by its number or its name. VALUE is read as
    JSON5, and is a text when it is none: true, 4000, '["a", "b"]', openai,gpt-5. Before it is saved the
    whole is checked; a change that brings mistakes is refused.

    \b
    Examples:
      ccr config set PORT 4000
      ccr config set Router.think deepseek,deepseek-reasoner
      ccr config set Providers.deepseek.api_key '$DEEPSEEK_API_KEY'
      ccr config set Providers[1] '{name: "ollama", models: ["qwen3-coder"]}'
    """
    return saved(lambda old: _changed(old, path, parsed(value)), **how)


def parsed(text: str) -> Any:
    """The value that a text on the command line means."""
    from ccr.config import syntax

    try:
        return syntax.parse(text)
    except syntax.SyntaxMistake:
        return text


def _changed(old: Document, path: str, value: Any) -> Document:
    from ccr.config.saving import places

    with leading():
        return old.put(places.resolve(path, old.value), value)
