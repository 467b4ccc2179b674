"""One message from many events, and many events from one message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from ccr.anthropic.events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    Failure,
    MessageDelta,
    MessageStart,
    MessageStop,
    understood,
)
from ccr.errors import Broken
from ccr.wire import json


class Assembler:
    """Collects events into the message a client that does not stream gets."""

    def __init__(self) -> None:
        self._message: dict[str, Any] = {}
        self._pieces: dict[int, list[str]] = {}
        self._done = False

    def add(self, event: Event) -> None:
        """Takes one event. An ``error`` event raises ``Broken``."""
        event = understood(event)
        if isinstance(event, BlockDelta):
            self._delta(event.index, event.delta)
        elif isinstance(event, BlockStart):
            self._message["content"].append(dict(event.content_block))
        elif isinstance(event, BlockStop):
            self._close(event.index)
        elif isinstance(event, MessageStart):
            self._message = {**event.message, "content": []}
        elif isinstance(event, MessageDelta):
            self._ending(event.delta, event.usage)
        elif isinstance(event, MessageStop):
            self._done = True
        elif isinstance(event, Failure):
            raise failure(event.error)

    def _ending(self, delta: dict[str, Any], usage: dict[str, Any]) -> None:
        self._message.update(delta)
        self._message["usage"] = {**(self._message.get("usage") or {}), **usage}

    def message(self) -> dict[str, Any]:
        """The whole message. Raises ``Broken`` when the stream did not end well."""
        if not self._done:
            raise Broken("The provider's answer ended before it was complete.")
        return self._message

    def _delta(self, index: int, delta: dict[str, Any]) -> None:
        block = self._message["content"][index]
        match delta.get("type"):
            case "text_delta" | "thinking_delta" | "signature_delta" as kind:
                field = kind.removesuffix("_delta")
                block[field] = (block.get(field) or "") + delta[field]
            case "input_json_delta":
                self._pieces.setdefault(index, []).append(delta["partial_json"])
            case "citations_delta":
                block["citations"] = [*(block.get("citations") or []), delta["citation"]]
            case "compaction_delta":
                block.update({k: v for k, v in delta.items() if k != "type"})

    def _close(self, index: int) -> None:
        arguments = "".join(self._pieces.pop(index, ()))
        if arguments.strip():
            self._message["content"][index]["input"] = parsed(arguments)


def parsed(arguments: str) -> dict[str, Any]:
    """The arguments of a call. What is no JSON object stands under the key Claude Code reports it by."""
    try:
        value = json.decode(arguments)
    except json.JSONError:
        return {UNPARSED: arguments}
    return value if isinstance(value, dict) else {UNPARSED: arguments}


UNPARSED = "__unparsedToolInput"


def as_sent(arguments: str) -> str:
    """The arguments as the provider wrote them: taken out of the key for those that are no JSON object."""
    if UNPARSED not in arguments:
        return arguments
    inside = parsed(arguments)
    return str(inside[UNPARSED]) if set(inside) == {UNPARSED} else arguments


def failure(error: dict[str, Any]) -> Broken:
    """The error in an ``error`` event of an upstream."""
    message = error.get("message")
    kind = error.get("type")
    return Broken(
        message if isinstance(message, str) and message else "The provider's stream ended in an error.",
        status=529 if kind == "overloaded_error" else 502,
        type=kind if isinstance(kind, str) else None,
    )


def assemble(events: Iterable[Event]) -> dict[str, Any]:
    """The message that a whole stream makes."""
    assembler = Assembler()
    for event in events:
        assembler.add(event)
    return assembler.message()


def replay(message: dict[str, Any]) -> list[Event]:
    """The stream that makes this message: text and arguments come as deltas, never in the start."""
    events: list[Event] = [
        MessageStart({**message, "content": [], "stop_reason": None, "stop_sequence": None}),
    ]
    for index, block in enumerate(message.get("content") or []):
        start, deltas = unfold(block)
        events.append(BlockStart(index, start))
        events.extend(BlockDelta(index, delta) for delta in deltas)
        events.append(BlockStop(index))
    ending = {k: message.get(k) for k in ("stop_reason", "stop_sequence")}
    extra = {k: message[k] for k in _ENDING if k in message}
    events += MessageDelta({**ending, **extra}, dict(message.get("usage") or {})), MessageStop()
    return events


_ENDING = ("stop_details", "container", "context_management", "safeguard_results")
"""Top-level keys of a message that a stream carries in ``message_delta``."""


def unfold(block: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """How a stream tells a block: its start, without what only deltas carry, and the deltas."""
    match block.get("type"):
        case "text":
            deltas = [{"type": "text_delta", "text": block["text"]}] if block.get("text") else []
            cited = [{"type": "citations_delta", "citation": c} for c in block.get("citations") or []]
            start = {**block, "text": ""}
            return ({**start, "citations": []} if cited else start), [*deltas, *cited]
        case "thinking":
            deltas = (
                [{"type": "thinking_delta", "thinking": block["thinking"]}] if block.get("thinking") else []
            )
            signed = [{"type": "signature_delta", "signature": block.get("signature") or ""}]
            return {**block, "thinking": "", "signature": ""}, [*deltas, *signed]
        case "tool_use" | "server_tool_use" | "mcp_tool_use":
            arguments = msgspec.json.encode(block.get("input") or {}).decode()
            return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": arguments}]
        case _:
            return block, []
