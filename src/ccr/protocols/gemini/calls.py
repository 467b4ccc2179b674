"""Function calls, whole or with arguments that come in pieces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from ccr.anthropic.writer import BlockWriter
from ccr.errors import Broken
from ccr.protocols.gemini.wire import FunctionCall, Piece
from ccr.protocols.shared.arguments import as_object
from ccr.wire import json

_STEP = re.compile(r"""\.([^.\[\]]+)|\[(\d+)\]|\[(['"])(.*?)\3\]""")
_DEEPEST = 100
_FURTHEST = 16
"""Places by which an array may grow at once: a path can name any."""

_NONSENSE = "The provider streamed arguments that make no sense."


class Calls:
    """Writes calls. Arguments in pieces are written when they are whole: their order is not that of JSON."""

    def __init__(self, writer: BlockWriter, names: Mapping[str, str]) -> None:
        self.count = 0
        self._writer = writer
        self._names = names
        self._open: dict[str, Any] | None = None
        """The arguments so far of the call that is not whole yet."""

    def add(self, call: FunctionCall) -> None:
        """A call, its next pieces, or its end."""
        if call.name:
            self._begin(call, call.name)
        if self._open is None:
            return
        for piece in call.partial_args or ():
            _put(self._open, piece)
        if not call.will_continue and not (call.name and call.partial_args):
            self.end()

    def end(self) -> None:
        """The call that was open is whole."""
        if self._open is not None:
            arguments, self._open = self._open, None
            self._writer.arguments(self.count, json.encode(arguments).decode())

    def _begin(self, call: FunctionCall, name: str) -> None:
        self.end()
        self.count += 1
        self._writer.tool(self.count, call.id, self._names.get(name, name))
        arguments = as_object(bytes(call.args).decode("utf-8", "replace"))
        if call.will_continue or call.partial_args:
            self._open = json.decode(arguments)
        else:
            self._writer.arguments(self.count, arguments)


def _put(arguments: dict[str, Any], piece: Piece) -> None:
    """Puts a piece to its place; a text is continued."""
    steps = _steps(piece.json_path)
    if not steps or isinstance(steps[0], int):
        return
    node: Any = arguments
    for step, following in pairwise(steps):
        node = _entered(node, step, [] if isinstance(following, int) else {})
    old, value = _at(node, steps[-1]), piece.value
    _set(node, steps[-1], old + value if isinstance(old, str) and isinstance(value, str) else value)


def _steps(path: str) -> list[str | int]:
    """``$.a.b[0]['c.d']`` as names and places."""
    found = list(_STEP.finditer(path))
    if len(found) > _DEEPEST:
        raise Broken(_NONSENSE)
    return [int(step[2]) if step[2] is not None else step[1] or step[4] or "" for step in found]


def _entered(node: Any, step: str | int, empty: Any) -> Any:
    inner = _at(node, step)
    if not isinstance(inner, type(empty)):
        inner = empty
        _set(node, step, inner)
    return inner


def _at(node: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return node[step] if step < len(node) else None
    return node.get(step)


def _set(node: Any, step: str | int, value: Any) -> None:
    if not isinstance(step, int):
        node[step] = value
        return
    if step > len(node) + _FURTHEST:
        raise Broken(_NONSENSE)
    node.extend([None] * (step + 1 - len(node)))
    node[step] = value
