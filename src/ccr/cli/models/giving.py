"""The options that say what a provider is like."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from ccr.cli.models.entries import Refused
from ccr.cli.terminal import USAGE, fail


@dataclass(frozen=True)
class Given:
    """What was given; None: nothing. ``key`` is "-" where it comes by the input."""

    url: str | None
    protocol: str | None
    key: str | None
    models: tuple[str, ...]
    others: tuple[str, ...]

    def secret(self) -> str | None:
        """The key, read from the input where it comes that way. Raises ``Refused`` when none came."""
        if self.key != "-":
            return self.key
        if sys.stdin.isatty():
            return str(click.prompt("Key", hide_input=True, err=True)).strip()
        try:
            read = sys.stdin.readline().strip()
        except UnicodeDecodeError:
            read = ""
        if not read:
            raise Refused("--key - reads the key from the input, and no text came from there.")
        return read

    def changes(self) -> dict[str, Any]:
        """The keys of the entry that were given; None takes one out. Ends the command when one is no pair."""
        from ccr.cli.models.making import pairs

        try:
            others = pairs(self.others)
        except Refused as refused:
            fail(str(refused), USAGE)
        named = {"api_base_url": self.url, "protocol": self.protocol}
        given = {name: text or None for name, text in named.items() if text is not None}
        return given | {name: None if value == "" else value for name, value in others.items()}


def giving(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Adds them, and hands them over as ``given``."""

    @functools.wraps(callback)
    def called(
        *,
        url: str | None,
        protocol: str | None,
        key: str | None,
        models: tuple[str, ...],
        others: tuple[str, ...],
        **rest: Any,
    ) -> Any:
        return callback(given=Given(url, protocol, key, models, others), **rest)

    options: tuple[Callable[[Any], Any], ...] = (
        click.option("--url", metavar="URL", help="Its address: a base or a full endpoint."),
        click.option("--protocol", metavar="NAME", help="The language it speaks, such as openai-chat."),
        click.option("--key", metavar="KEY", help="Its key, best as '$VARIABLE'; - reads it from the input."),
        click.option("--model", "models", multiple=True, metavar="MODEL", help="A model to add."),
        click.option(
            "--set", "others", multiple=True, metavar="KEY=VALUE", help="Anything else of it; VALUE is JSON5."
        ),
    )
    for option in reversed(options):
        called = option(called)
    return called
