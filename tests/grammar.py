"""The grammar of an Anthropic stream, as every test may check it (CONTRACT §6).

``check`` takes events and gives the message they make; what is wrong is an AssertionError in words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from ccr.anthropic.events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    Failure,
    MessageDelta,
    MessageStart,
    MessageStop,
    Opaque,
    Ping,
    understood,
)
from ccr.anthropic.message import assemble

DELTAS: dict[str, tuple[str, ...]] = {
    "text": ("text_delta", "citations_delta"),
    "thinking": ("thinking_delta", "signature_delta"),
    "tool_use": ("input_json_delta",),
    "server_tool_use": ("input_json_delta",),
    "mcp_tool_use": ("input_json_delta",),
}
"""Which deltas a kind of block may have; kinds that are not named come whole in their start."""

EMPTY: dict[str, tuple[tuple[str, Any], ...]] = {
    "text": (("text", ""),),
    "thinking": (("thinking", ""), ("signature", "")),
    "tool_use": (("input", {}),),
    "server_tool_use": (("input", {}),),
}
"""What a start says of the parts that only deltas may carry."""

TOOL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")

STOP_REASONS = ("end_turn", "tool_use", "max_tokens", "stop_sequence", "pause_turn", "refusal")


class Grammar:
    """Reads a stream event by event; ``wrong`` says what broke a law."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self._kinds: list[str] = []
        self._open: str | None = None
        self._signed = False
        self._pieces: list[str] = []
        self._ids: set[str] = set()
        self._state = "new"

    def read(self, event: Event) -> None:
        event = understood(event)
        if isinstance(event, Ping | Opaque):
            return
        if self._state == "over":
            self._say(f"{type(event).__name__} after the end")
        elif self._state == "new" and not isinstance(event, MessageStart | Failure):
            self._say(f"{type(event).__name__} before message_start")
        self._one(event)

    def end(self) -> None:
        if self._state != "over":
            self._say("the stream ends without message_stop or error")

    def _one(self, event: Event) -> None:
        match event:
            case MessageStart(message):
                self._message_start(message)
            case BlockStart(index, content_block):
                self._block_start(index, content_block)
            case BlockDelta(index, delta):
                self._block_delta(index, delta)
            case BlockStop(index):
                self._block_stop(index)
            case MessageDelta(delta, usage):
                self._message_delta(delta, usage)
            case MessageStop():
                self._law(self._state == "ending", "message_stop without message_delta")
                self._state = "over"
            case Failure(error):
                self._law(isinstance(error.get("message"), str), "an error without a message")
                self._state = "over"

    def _message_start(self, message: dict[str, Any]) -> None:
        self._law(self._state == "new", "a second message_start")
        for field in ("id", "model"):
            self._law(bool(message.get(field)), f"message_start without {field}")
        self._law(message.get("content") == [], "message_start carries content")
        self._law(message.get("role") == "assistant", "message_start without the role assistant")
        self._law(message.get("stop_reason") is None, "message_start carries a stop_reason")
        self._law(isinstance(message.get("usage"), dict), "message_start without usage")
        self._state = "content"

    def _block_start(self, index: int, block: dict[str, Any]) -> None:
        kind = str(block.get("type"))
        self._law(self._state == "content", f"block {index} starts outside the content")
        self._law(self._open is None, f"block {index} starts while a {self._open} block is open")
        self._law(index == len(self._kinds), f"block {index} where {len(self._kinds)} was due")
        for field, empty in EMPTY.get(kind, ()):
            self._law(block.get(field) == empty, f"the start of a {kind} block carries {field}")
        if kind == "tool_use":
            self._tool(block)
        self._open, self._pieces, self._signed = kind, [], False
        self._kinds.append(kind)

    def _tool(self, block: dict[str, Any]) -> None:
        tool_id, name = block.get("id"), block.get("name")
        valid = isinstance(tool_id, str) and TOOL_ID.fullmatch(tool_id) is not None
        self._law(valid, f"a tool id that clients refuse: {tool_id!r}")
        self._law(tool_id not in self._ids, f"the tool id {tool_id!r} twice")
        self._law(isinstance(name, str) and bool(name), "a call without a name")
        self._ids.add(str(tool_id))

    def _block_delta(self, index: int, delta: dict[str, Any]) -> None:
        kind = str(delta.get("type"))
        self._at(index, "a delta")
        if self._open is not None:
            fits = kind in DELTAS.get(self._open, (kind,))
            self._law(fits, f"a {kind} in a {self._open} block")
        self._law(not self._signed or kind != "thinking_delta", "thinking after its signature")
        self._signed = self._signed or kind == "signature_delta"
        for field in ("text", "thinking", "partial_json"):
            if isinstance(delta.get(field), str):
                self._pieces.append(delta[field])

    def _block_stop(self, index: int) -> None:
        self._at(index, "a stop")
        whole = "".join(self._pieces)
        if self._open == "text":
            self._law(bool(whole), f"text block {index} is empty")
        elif self._open == "tool_use" and whole:
            self._law(_is_object(whole), f"the arguments of block {index} are no JSON object: {whole!r}")
        self._open = None

    def _message_delta(self, delta: dict[str, Any], usage: dict[str, Any]) -> None:
        reason = delta.get("stop_reason")
        self._law(self._state == "content", "message_delta in the wrong place")
        self._law(self._open is None, f"message_delta while a {self._open} block is open")
        self._law(reason in STOP_REASONS, f"the stop_reason {reason!r}")
        self._law(isinstance(usage.get("output_tokens"), int), "message_delta without output_tokens")
        if reason in ("tool_use", "end_turn"):
            called = "tool_use" in self._kinds
            self._law(called == (reason == "tool_use"), f"{reason} for the blocks {self._kinds}")
        self._state = "ending"

    def _at(self, index: int, what: str) -> None:
        here = self._open is not None and index == len(self._kinds) - 1
        self._law(here, f"{what} for block {index}, which is not open")

    def _law(self, kept: bool, words: str) -> None:
        if not kept:
            self._say(words)

    def _say(self, words: str) -> None:
        self.wrong.append(words)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def violations(events: Iterable[Event]) -> list[str]:
    """What is wrong with a whole stream; it may end in an ``error`` event."""
    grammar = Grammar()
    for event in events:
        grammar.read(event)
    grammar.end()
    return grammar.wrong


def check(events: Iterable[Event]) -> dict[str, Any]:
    """The message that a valid stream makes. Any broken law is an AssertionError that names them all."""
    events = list(events)
    wrong = violations(events)
    assert not wrong, "; ".join(wrong)
    return assemble(events)
