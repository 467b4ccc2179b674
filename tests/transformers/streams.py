"""Answers to feed to hooks: built from messages, cut into pieces, and run through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import cycle
from typing import Any

from hypothesis import strategies as st

from ccr.anthropic.events import BlockDelta, Event
from ccr.anthropic.message import replay
from ccr.config.provider import Provider
from ccr.exchange import Target
from ccr.transformers.contract import Transformer

USAGE = {"input_tokens": 3, "output_tokens": 5}
FIELDS = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}

SIZES = st.lists(st.integers(1, 12), min_size=1, max_size=6)
"""How long the pieces of a stream are, over and over again."""


def target(protocol: str = "openai_chat", model: str = "some-model") -> Target:
    return Target(Provider("some-provider", "http://127.0.0.1:1", protocol), model)


def at(transformer: Transformer, protocol: str = "openai_chat") -> Transformer:
    """The transformer as the chain would have it."""
    transformer.target = target(protocol)
    return transformer


def message(*content: dict[str, Any], stop_reason: str | None = None) -> dict[str, Any]:
    called = any(block["type"] == "tool_use" for block in content)
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "some-model",
        "content": list(content),
        "stop_reason": stop_reason or ("tool_use" if called else "end_turn"),
        "stop_sequence": None,
        "usage": USAGE,
    }


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def call(name: str = "Read", id: str = "toolu_1", **arguments: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": id, "name": name, "input": arguments}


def stream(*content: dict[str, Any], stop_reason: str | None = None) -> list[Event]:
    """The events of an answer with this content."""
    return replay(message(*content, stop_reason=stop_reason))


def cut(events: Iterable[Event], sizes: Iterable[int] = (1,)) -> Iterator[Event]:
    """The same stream with its deltas cut into pieces of these lengths."""
    length = cycle(sizes)
    for event in events:
        field = FIELDS.get(event.delta["type"]) if isinstance(event, BlockDelta) else None
        if not isinstance(event, BlockDelta) or field is None:
            yield event
            continue
        rest = event.delta[field]
        while rest:
            piece, rest = rest[: (size := next(length))], rest[size:]
            yield BlockDelta(event.index, {**event.delta, field: piece})


def with_arguments(events: Iterable[Event], arguments: str) -> list[Event]:
    """The stream with other arguments, which need be no JSON, in its calls."""
    return [
        BlockDelta(event.index, {"type": "input_json_delta", "partial_json": arguments})
        if isinstance(event, BlockDelta) and "partial_json" in event.delta
        else event
        for event in events
    ]


async def source(events: Iterable[Event]) -> AsyncIterator[Event]:
    for event in events:
        yield event


def run(transformer: Transformer, events: Iterable[Event]) -> list[Event]:
    """What the events hook makes of a stream."""

    async def all_of() -> list[Event]:
        return [event async for event in transformer.events(source(events))]

    return asyncio.run(all_of())
