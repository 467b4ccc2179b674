"""Questions in the terminal; Ctrl-C ends the command. Without a terminal nobody is asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from questionary import Question, Style

FEW = 25
"""Choices that fit a screen; among more one searches by typing."""


def possible() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def pick(question: str, choices: Sequence[tuple[str, Any]], default: Any = None) -> Any:
    """One of the values, each shown by its text."""
    import questionary

    entries = [questionary.Choice(text, value) for text, value in choices]
    return _asked(questionary.select(question, entries, default=default, style=_style()))


def pick_some(question: str, choices: Sequence[tuple[str, Any, bool]]) -> list[Any]:
    """Any number of the values; those that are True are chosen to begin with."""
    import questionary

    entries = [questionary.Choice(text, value, checked=checked) for text, value, checked in choices]
    found: list[Any] = _asked(questionary.checkbox(question, entries, style=_style()))
    return found


def search(question: str, choices: Sequence[str], default: str = "") -> str:
    """A text, with those that are known to choose from."""
    import questionary

    if not choices:
        return write(question, default)
    asked = questionary.autocomplete(
        question, list(choices), default=default, match_middle=True, ignore_case=True, style=_style()
    )
    return str(_asked(asked)).strip()


def write(question: str, default: str = "") -> str:
    import questionary

    return str(_asked(questionary.text(question, default=default, style=_style()))).strip()


def secret(question: str) -> str:
    """A text that is not shown."""
    import questionary

    return str(_asked(questionary.password(question, style=_style()))).strip()


def confirm(question: str, *, default: bool = True) -> bool:
    import questionary

    return bool(_asked(questionary.confirm(question, default=default, style=_style())))


def _asked(question: Question) -> Any:
    """The answer. Raises ``click.Abort`` on Ctrl-C."""
    try:
        return question.unsafe_ask()
    except (KeyboardInterrupt, EOFError):
        raise click.Abort from None


def _style() -> Style:
    from questionary import Style

    return Style(
        [] if os.environ.get("NO_COLOR") else [("qmark", "fg:ansicyan"), ("pointer", "fg:ansicyan bold")]
    )
