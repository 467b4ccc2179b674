"""Bytes to requests. Most of each is as it was in the one before: that is parsed once (``conversations``)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import msgspec

from ccr.anthropic.conversations import Conversations
from ccr.wire import json

Made = TypeVar("Made")

KEPT = 16
"""Lists of tools that are remembered; a session has one, and a few more for its subagents."""

WORTH_IT = 2_000
"""Bytes of tools below which looking for them costs more than parsing."""

_split = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Tools(list[dict[str, Any]]):
    """The tools of all requests that bring these very bytes: shared, so never changed.

    ``made`` is what others made of them alone, kept as long as they are.
    """

    __slots__ = ("made",)

    def __init__(self, tools: list[dict[str, Any]]) -> None:
        super().__init__(tools)
        self.made: dict[Hashable, Any] = {}


def made_of(
    tools: list[dict[str, Any]], what: Hashable, make: Callable[[list[dict[str, Any]]], Made]
) -> Made:
    """What ``make`` makes of some tools, and of nothing else: made once where they are shared."""
    if type(tools) is not Tools:
        return make(tools)
    try:
        found: Made = tools.made[what]
    except KeyError:
        found = tools.made[what] = make(tools)
    return found


class Parser:
    """What one process knows of the conversations of its clients, and of their tools."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._known: OrderedDict[bytes, tuple[bytes, Tools]] = OrderedDict()
        """By the end of their bytes, which tells most of them apart and is quick to hash."""
        self._conversations = Conversations()

    def parse(self, raw: bytes) -> tuple[Any, bool]:
        """The value of a JSON text and whether it is the text's own, as ``json.decode_noting`` gives them."""
        if len(raw) > WORTH_IT:
            if (continued := self._conversations.read(raw)) is not None:
                return continued, True
            try:
                return self._parsed(raw), True
            except (*json.FAULTS, msgspec.ValidationError):
                pass
        return json.decode_noting(raw)

    def _parsed(self, raw: bytes) -> Any:
        parts = _split(raw)
        body = {
            name: self._tools(bytes(part)) if name == "tools" and len(part) > WORTH_IT else _decode(part)
            for name, part in parts.items()
        }
        if isinstance(body.get("messages"), list) and self._conversations.comes_again(raw, parts):
            self._conversations.learn(raw, parts["messages"], body)
        return body

    def _tools(self, raw: bytes) -> Any:
        key = raw[-256:]
        if (known := self._known.get(key)) is not None and known[0] == raw:
            self._known.move_to_end(key)
            return known[1]
        tools = _decode(raw)
        if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
            return tools
        self._known[key] = raw, Tools(tools)
        if len(self._known) > self._kept:
            self._known.popitem(last=False)
        return self._known[key][1]


_decode = msgspec.json.Decoder().decode
