"""Where each value of a JSON5 text stands. The text has been parsed before: it is known to be right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ccr.config import syntax

_TOKEN = re.compile(
    r"""(?P<space>(?:[\s\ufeff]|//[^\n]*|/\*.*?\*/)+)
      | (?P<mark>[{}\[\]:,])
      | (?P<word>"[^"\\]*(?:\\.[^"\\]*)*" | '(?:[^'\\]|\\.)*' | (?:(?!//|/\*)[^\s\ufeff{}\[\]:,'"])+)""",
    re.DOTALL | re.VERBOSE,
)


@dataclass(slots=True)
class Node:
    """A value in the text, from ``start`` to before ``end``."""

    kind: Literal["object", "list", "plain"]
    start: int
    end: int = 0
    entries: list[Entry] = field(default_factory=list)

    def member(self, key: str) -> Entry | None:
        """The entry of that key; the last of several is the one that counts."""
        return next((entry for entry in reversed(self.entries) if entry.key == key), None)


@dataclass(slots=True)
class Entry:
    """A member of an object or an item of a list."""

    start: int
    """Where its key, or the item, begins."""

    key: str | None
    value: Node
    comma: int | None = None
    """Where the comma behind it stands."""


def tree(text: str) -> Node:
    """The outermost value."""
    top: list[Node] = []
    open_: list[Node] = []
    key: tuple[int, str] | None = None
    for kind, start, word in _tokens(text):
        if word in "}]" and kind == "mark":
            open_.pop().end = start + 1
        elif word == "," and kind == "mark":
            open_[-1].entries[-1].comma = start
        elif open_ and open_[-1].kind == "object" and key is None:
            key = start, _name(word)
        elif word != ":" or kind != "mark":
            node = _node(kind, start, word)
            _add(node, key, open_, top)
            key = None
            if node.kind != "plain":
                open_.append(node)
    return top[0]


def _add(node: Node, key: tuple[int, str] | None, open_: list[Node], top: list[Node]) -> None:
    if open_:
        start, name = key or (node.start, None)
        open_[-1].entries.append(Entry(start, name, node))
    else:
        top.append(node)


def _node(kind: str, start: int, word: str) -> Node:
    if kind == "mark":
        return Node("object" if word == "{" else "list", start)
    return Node("plain", start, start + len(word))


def _tokens(text: str) -> Iterator[tuple[str, int, str]]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup != "space":
            yield match.lastgroup, match.start(), match[0]


def _name(word: str) -> str:
    if word.startswith('"'):
        try:
            return str(json.loads(word))
        except ValueError:  # escapes that only JSON5 has
            pass
    return str(next(iter(syntax.parse(f"{{{word}: 0}}"))))
