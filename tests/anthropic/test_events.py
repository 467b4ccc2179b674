"""Events are understood wholly, or carried untouched."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ccr.anthropic.events import (
    PING,
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
    read,
    sse,
    understood,
)
from ccr.wire.sse import SSE, Splitter

EVENTS: list[Event] = [
    MessageStart({"id": "m", "future": 1}),
    BlockStart(0, {"type": "text", "text": ""}),
    BlockDelta(0, {"type": "text_delta", "text": "é\u2028"}),
    BlockStop(0),
    MessageDelta({"stop_reason": "end_turn"}, {"output_tokens": 1}),
    MessageStop(),
    Ping(),
    Failure({"type": "api_error", "message": "x"}),
]


@pytest.mark.parametrize("event", EVENTS)
def test_what_is_written_is_read(event: Event) -> None:
    (found,) = Splitter().feed(sse(event))
    assert found.event == json.loads(found.data)["type"]
    assert read(found) == event


def test_the_ping_that_silence_is_filled_with_is_a_ping() -> None:
    assert sse(Ping()) == PING


@pytest.mark.parametrize(
    "data",
    [
        {"type": "novelty"},
        {"type": "ping", "extra": 1},
        {"type": "message_delta", "delta": {}, "usage": {}, "context_management": {"edits": []}},
        {"type": "content_block_delta", "index": "0", "delta": {}},
        {"no": "type"},
        [1],
    ],
)
def test_what_would_lose_something_is_carried(data: Any) -> None:
    raw = json.dumps(data).encode()
    event = read(SSE("name", raw))
    assert isinstance(event, Opaque)
    assert sse(event) == b"event: name\ndata: " + raw + b"\n\n"


def test_a_carried_event_can_still_be_understood_as_far_as_it_goes() -> None:
    raw = b'event: message_delta\ndata: {"type":"message_delta","delta":{},"usage":{},"more":1}\n\n'
    assert understood(Opaque("message_delta", raw)) == MessageDelta({}, {})
    strange = Opaque("x", b"data: {}\n\n")
    assert understood(strange) is strange
