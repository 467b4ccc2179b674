"""What is said in a conversation: the model's answers and the client's turns, and a form to compare them in.

Every text is a word of its own (``say-7``), every call has a number of its own: what arrives at a provider
can be told piece by piece, wherever and however it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

_WORD = re.compile(r"\b[a-z]+-\d+\b")

TOOLS = ("Read", "mcp__a_server_of_a_very_long_name__and_a_tool_whose_name_is_longer_still__x", "Bash")


class Thought(NamedTuple):
    text: str


class Text(NamedTuple):
    text: str


class Use(NamedTuple):
    """A call. ``n`` tells it from all other calls; ``id`` is as the provider words it."""

    n: int
    tool: int
    id: str

    @property
    def name(self) -> str:
        return TOOLS[self.tool]

    @property
    def arguments(self) -> dict[str, Any]:
        return {"n": self.n, "path": f"ä/{self.n}"}


Piece = Thought | Text | Use
Said = tuple[Piece, ...]
"""An answer of a model, in the order in which it comes."""


def thoughts(said: Said) -> list[str]:
    return [piece.text for piece in said if isinstance(piece, Thought)]


def uses(said: Said) -> list[Use]:
    return [piece for piece in said if isinstance(piece, Use)]


def unthinking(said: Said) -> Said:
    return tuple(piece for piece in said if not isinstance(piece, Thought))


def words(text: object) -> str:
    """The words of our own in a text, in order; whatever else stands around them is left out."""
    return " ".join(_WORD.findall(str(text)))


# The common form.


class Model(NamedTuple):
    """A turn of the model: its words and its calls, as (tool, number)."""

    text: str
    calls: tuple[tuple[int, int], ...]


class Answered(NamedTuple):
    n: int
    text: str
    failed: bool


class User(NamedTuple):
    """A turn of the user's side: the answers to calls in the order of their numbers, and words."""

    results: tuple[Answered, ...]
    text: str


Turn = Model | User


def model_turn(said: Said) -> Model:
    text = " ".join(piece.text for piece in said if isinstance(piece, Text))
    return Model(words(text), tuple((use.tool, use.n) for use in uses(said)))


def answered(n: int, text: object, *, failed: bool = False) -> Answered:
    """A result as a provider sees it: that it failed stands in its words where there is no field for it."""
    return Answered(n, words(text), failed or "error" in str(text).lower())


def user_turn(results: Iterable[Answered], text: str) -> User:
    return User(tuple(sorted(results)), words(text))


@dataclass(frozen=True)
class Given:
    """What the client says next: results of all calls, in its own order, and words."""

    results: tuple[Answered, ...]
    text: str
    late_system: str = ""
    apart: bool = False
    """The results come in two messages."""
