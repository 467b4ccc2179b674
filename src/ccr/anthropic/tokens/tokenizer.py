"""How many o200k tokens a text has, remembered by its content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ccr.anthropic.tokens.memo import Memo

PIECE = 16_384
"""Longest text given to the engine at once, in characters: it panics on a megabyte of spaces, and a
megabyte of one character costs it far more than 64 pieces do."""

_WIDE = re.compile(r"[^\x00-\x7f]+")


class Count(NamedTuple):
    """What is known of a text: its tokens, those of them outside ASCII, and its UTF-8 bytes."""

    tokens: int
    wide: int
    size: int

    def plus(self, other: Count) -> Count:
        return Count(self.tokens + other.tokens, self.wide + other.wide, self.size + other.size)


class Tokenizer:
    """Counts by ``o200k_base``. Texts over 16 KB are remembered in pieces, so one that grew re-uses its head.

    ``remember`` is how many pieces are kept, about 200 bytes each. Threads may share one.
    """

    def __init__(self, remember: int = 20_000) -> None:
        self._memo: Memo[Count] = Memo(remember)

    def count(self, text: str) -> int:
        """Tokens of a text, whatever characters it has."""
        return self.look(text).tokens

    def look(self, text: str) -> Count:
        key = (hash(text), len(text))
        found = self._memo.get(key)
        if found is None:
            found = _encode(text) if len(text) <= PIECE else self._sum(text)
            self._memo.put(key, found)
        return found

    def _sum(self, text: str) -> Count:
        total = Count(0, 0, 0)
        for piece in pieces(text):
            total = total.plus(self.look(piece))
        return total


def pieces(text: str) -> Iterator[str]:
    """The text in pieces of at most ``PIECE`` characters, cut after a newline, else before a space."""
    start = 0
    while len(text) - start > PIECE:
        end = _cut(text, start, start + PIECE)
        yield text[start:end]
        start = end
    yield text[start:]


def _cut(text: str, start: int, end: int) -> int:
    newline = text.rfind("\n", start, end) + 1
    if newline > start:
        return newline
    space = text.rfind(" ", start + 1, end)
    return space if space > start else end


def _encode(text: str) -> Count:
    from ccr.anthropic.tokens.engine import ENGINE

    tokens = len(ENGINE.encode_ordinary(text))
    if text.isascii():
        return Count(tokens, 0, len(text))
    wide = len(ENGINE.encode_ordinary("".join(_WIDE.findall(text))))
    return Count(tokens, min(wide, tokens), len(text.encode("utf-8", "replace")))
