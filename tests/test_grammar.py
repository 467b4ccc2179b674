"""The checker itself: it takes what is right and names what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.anthropic.events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    Failure,
    MessageDelta,
    MessageStart,
    MessageStop,
    Ping,
)
from ccr.anthropic.message import replay
from tests.grammar import check, violations

MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "text", "text": "hello"},
        {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {"path": "a"}},
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 3, "output_tokens": 5},
}
VALID = replay(MESSAGE)
START = VALID[0]
TEXT = BlockStart(0, {"type": "text", "text": ""})
HI = BlockDelta(0, {"type": "text_delta", "text": "hi"})
HALF = BlockDelta(0, {"type": "input_json_delta", "partial_json": "{"})
ENDING: list[Event] = [
    MessageDelta({"stop_reason": "end_turn", "stop_sequence": None}, {"output_tokens": 1}),
    MessageStop(),
]


def tool(id: str, index: int = 0) -> BlockStart:
    return BlockStart(index, {"type": "tool_use", "id": id, "name": "Read", "input": {}})


def test_a_valid_stream_gives_its_message() -> None:
    assert check([VALID[0], Ping(), *VALID[1:]]) == MESSAGE


def test_an_error_may_end_a_stream_at_any_time() -> None:
    failure = Failure({"type": "api_error", "message": "gone"})
    assert violations([failure]) == []
    assert violations([*VALID[:4], failure]) == []
    assert violations([failure, Ping(), *ENDING]) != []


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([], "without message_stop"),
        (VALID[:-1], "without message_stop"),
        (VALID[1:], "before message_start"),
        ([*VALID, MessageStop()], "after the end"),
        ([START, MessageStop()], "without message_delta"),
        ([START, TEXT, HI, *ENDING], "block is open"),
        ([START, TEXT, BlockStop(0), *ENDING], "is empty"),
        ([START, TEXT, HI, BlockStart(1, {"type": "text", "text": ""})], "while a text block is open"),
        ([START, BlockStart(1, {"type": "text", "text": ""})], "where 0 was due"),
        ([START, BlockStart(0, {"type": "text", "text": "hi"})], "carries text"),
        ([START, TEXT, BlockDelta(0, {"type": "thinking_delta", "thinking": "x"})], "in a text block"),
        ([START, TEXT, HI, BlockStop(0), HI], "not open"),
        ([START, tool("a.b")], "clients refuse"),
        ([START, tool("a"), BlockStop(0), tool("a", 1)], "twice"),
        ([START, tool("a"), HALF, BlockStop(0)], "no JSON"),
        ([START, tool("a"), BlockStop(0), *ENDING], "end_turn for"),
        ([START, MessageDelta({"stop_reason": "stop"}, {"output_tokens": 1})], "stop_reason 'stop'"),
        ([START, MessageDelta({"stop_reason": "end_turn"}, {})], "without output_tokens"),
        ([MessageStart({"role": "assistant", "content": [{}], "usage": {}})], "carries content"),
        ([MessageStart({"role": "assistant", "content": [], "usage": {}})], "without id"),
        ([*VALID[:4], BlockDelta(0, {"type": "thinking_delta", "thinking": "x"})], "after its signature"),
    ],
)
def test_each_broken_law_is_named(events: list[Event], words: str) -> None:
    assert any(words in wrong for wrong in violations(events))
