"""Questions in the terminal that Esc leaves; what was asked goes from the screen when it is answered."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from questionary import Choice, Question, Style

ESCAPE_AFTER = 0.1
"""Seconds after which an Esc is one by itself, not the beginning of an arrow key's bytes; enough for ssh."""

HINT = "(↑↓, Enter; Esc goes back)"
SEARCH_HINT = "(type to search; Esc goes back)"
SOME_HINT = "(space, type to search, Enter; Esc goes back)"


class Back(Exception):
    """The user does not want to answer. ``interrupted``: by Ctrl-C."""

    def __init__(self, *, interrupted: bool = False) -> None:
        super().__init__()
        self.interrupted = interrupted


class Line(NamedTuple):
    """A line to choose; without a value a heading."""

    text: str
    value: Any = None


def pick(question: str, lines: Sequence[Line], at: Any = None, hint: str = HINT) -> Any:
    """The value of a line; the pointer begins ``at`` that value. Raises ``Back``."""
    import questionary

    begin = at if any(line.value == at for line in lines) else None
    asked = questionary.select(
        question, _choices(lines), default=begin, instruction=hint, style=_style(), erase_when_done=True
    )
    return _answer(asked)


def search(question: str, lines: Sequence[Line]) -> Any:
    """The same among so many that one types to find it; typing what none has is no answer."""
    import questionary

    while True:
        asked = questionary.select(
            question,
            _choices(lines),
            instruction=SEARCH_HINT,
            style=_style(),
            use_search_filter=True,
            use_jk_keys=False,
            erase_when_done=True,
        )
        found = _answer(asked)
        if not (missed := _missed(asked)):
            return found
        click.echo(f"Nothing there is like '{missed}'.")


def _missed(question: Question) -> str:
    """What was typed and is in no line: all lines are shown then."""
    from questionary.prompts.common import InquirerControl

    controls = question.application.layout.find_all_controls()
    control = next(one for one in controls if isinstance(one, InquirerControl))
    return "" if control.found_in_search else str(control.search_filter or "")


def search_some(question: str, lines: Sequence[Line], chosen: Sequence[Any] = ()) -> list[Any]:
    """Any number of values. Raises ``Back``."""
    import questionary

    choices = [questionary.Choice(_fitting(text, 6), value, checked=value in chosen) for text, value in lines]
    asked = questionary.checkbox(
        question,
        choices,
        instruction=SOME_HINT,
        style=_style(),
        use_search_filter=True,
        use_jk_keys=False,
        erase_when_done=True,
    )
    found: list[Any] = _answer(asked)
    return found


def write(question: str, default: str = "") -> str:
    """A text. Raises ``Back``."""
    import questionary

    asked = questionary.text(question, default=default, style=_style(), erase_when_done=True)
    return str(_answer(asked)).strip()


def secret(question: str) -> str:
    """A text that is not shown. Raises ``Back``."""
    import questionary

    return str(_answer(questionary.password(question, style=_style(), erase_when_done=True))).strip()


def confirm(question: str, *, default: bool = True) -> bool:
    """Yes or no. Raises ``Back``."""
    import questionary

    return bool(_answer(questionary.confirm(question, default=default, style=_style(), erase_when_done=True)))


@contextlib.contextmanager
def echo(*, on: bool) -> Iterator[None]:
    """Whether the terminal shows what is typed between questions: a key typed too early must not be seen."""
    try:
        import termios
    except ImportError:  # Windows shows nothing of that
        yield
        return
    before = termios.tcgetattr(sys.stdin)
    now = before.copy()
    now[3] = now[3] | termios.ECHO if on else now[3] & ~termios.ECHO
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, now)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def clear() -> None:
    """Empties the screen: a new one begins."""
    click.clear()


def _choices(lines: Sequence[Line]) -> list[Choice | Any]:
    import questionary

    return [
        questionary.Separator(_fitting(line.text, 3))
        if line.value is None
        else questionary.Choice(_fitting(line.text, 3), line.value)
        for line in lines
    ]


def _fitting(text: str, beside: int) -> str:
    """The text in one line of the screen."""
    room = max(shutil.get_terminal_size().columns - beside - 1, 20)
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _answer(question: Question) -> Any:
    from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings

    bindings = KeyBindings()

    @bindings.add("escape", eager=True)
    def _(event: Any) -> None:
        event.app.exit(exception=Back())

    app = question.application
    app.key_bindings = merge_key_bindings([*([app.key_bindings] if app.key_bindings else []), bindings])
    app.ttimeoutlen = ESCAPE_AFTER
    try:
        return question.unsafe_ask()
    except (KeyboardInterrupt, EOFError):
        raise Back(interrupted=True) from None


def _style() -> Style:
    from questionary import Style

    plain = [("separator", "bold"), ("instruction", "")]
    colours = (
        [] if os.environ.get("NO_COLOR") else [("qmark", "fg:ansicyan"), ("pointer", "fg:ansicyan bold")]
    )
    return Style([*plain, *colours])
