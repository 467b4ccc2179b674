"""Tool calls put together from fragments, in every way that providers cut them (CONTRACT §2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ccr.anthropic.writer import BlockWriter
from ccr.protocols.openai_chat.chunk import Function, ToolCall, thought_signature
from ccr.protocols.shared.arguments import as_object, as_text


class _Call:
    """A call of the answer. Its block is opened as soon as its name is known."""

    __slots__ = ("arguments", "begun", "id", "key", "opened", "signature")

    def __init__(self, key: int, id: str) -> None:
        self.key = key
        self.id = id
        self.opened = False
        self.begun = False
        self.arguments: list[str] = []
        """Pieces that wait: for the name, or, when they are no JSON object, for the end."""
        self.signature = ""


Before = Callable[[str, str], None]
"""Called with the client's id and the thought signature of each call before its block opens.

It is given with each fragment and not kept: it belongs to whoever holds the calls, and a cycle would keep the
whole request in memory until the garbage collector comes.
"""


class Calls:
    """Writes calls as their fragments come."""

    def __init__(self, writer: BlockWriter, names: Mapping[str, str]) -> None:
        self._writer = writer
        self._names = names
        self._calls: list[_Call] = []
        self._by_index: dict[Any, _Call] = {}

    def add(self, fragment: ToolCall, before: Before) -> None:
        """A fragment, or a whole call."""
        function = fragment.function or Function()
        own_id, name = _word(fragment.id), _word(function.name)
        call = self._find(fragment.index, own_id, name)
        call.id = call.id or own_id
        if fragment.extra_content is not None:
            call.signature = thought_signature(fragment.extra_content) or call.signature
        if name and not call.opened:
            self._open(call, name, before)
        if function.arguments is not None:
            self._arguments(call, function.arguments)

    def add_legacy(self, function: Function, before: Before) -> None:
        """The ``function_call`` of old; some providers send it empty beside others."""
        if self._by_index.get("function_call") or _word(function.name):
            self.add(ToolCall(index="function_call", function=function), before)

    def end(self) -> None:
        """Writes what was held back: arguments that are no JSON object, as an object."""
        for call in self._calls:
            held = "".join(call.arguments).strip()
            if call.opened and held:
                self._writer.arguments(call.key, as_object(held))

    def _find(self, index: Any, id: str, name: str) -> _Call:
        """The call a fragment belongs to. A new id under a known index is a new call."""
        index = index if isinstance(index, int | str) else None
        if index is not None:
            call = self._by_index.get(index)
        else:
            call = self._calls[-1] if self._calls and _goes_on(self._calls[-1], id, name) else None
        if call is None or (id and call.id and id != call.id):
            call = _Call(len(self._calls), id)
            self._calls.append(call)
            if index is not None:
                self._by_index[index] = call
        return call

    def _open(self, call: _Call, name: str, before: Before) -> None:
        client_id = self._writer.new_id(call.id)
        before(client_id, call.signature)
        self._writer.call(call.key, client_id, self._names.get(name, name))
        call.opened = True
        self._begin(call)

    def _arguments(self, call: _Call, arguments: Any) -> None:
        piece = as_text(arguments)
        if call.begun:
            self._writer.arguments(call.key, piece)
        elif piece:
            call.arguments.append(piece)
            self._begin(call)

    def _begin(self, call: _Call) -> None:
        """Lets the arguments stream once they are sure to become an object, as far as that can be told."""
        if call.opened and _becomes_object(call.arguments):
            waiting, call.arguments, call.begun = call.arguments, [], True
            self._writer.arguments(call.key, "".join(waiting))


def _becomes_object(pieces: list[str]) -> bool:
    """A single piece that looks whole and is not may be the whole of it: faulty JSON is held to the end."""
    first = next((piece.strip() for piece in pieces if not piece.isspace()), "")
    return first.startswith("{") and (len(pieces) > 1 or not first.endswith("}") or as_object(first) == first)


def _goes_on(call: _Call, id: str, name: str) -> bool:
    return not name and (not id or id == call.id)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
