"""One message from many events, and the same events' message from it."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.anthropic.events import BlockDelta, BlockStart, BlockStop, Failure, MessageStart
from ccr.anthropic.message import Assembler, as_sent, assemble, parsed, replay
from ccr.errors import Broken
from ccr.wire import json
from tests.grammar import check

MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "d"},
        {"type": "text", "text": "hi", "citations": [{"type": "web", "url": "u"}]},
        {"type": "tool_use", "id": "t1", "name": "n", "input": {"a": [1, {"b": "é"}]}},
        {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "q"}},
        {"type": "web_search_tool_result", "tool_use_id": "s1", "content": []},
        {"type": "text", "text": "bye"},
        {"type": "tool_use", "id": "t2", "name": "n", "input": {}},
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 2, "cache_read_input_tokens": 3},
    "container": {"id": "c"},
}


def test_a_message_survives_its_stream() -> None:
    events = replay(MESSAGE)
    check(events)
    assert assemble(events) == MESSAGE


def test_a_stream_that_does_not_end_makes_no_message() -> None:
    with pytest.raises(Broken):
        assemble(replay(MESSAGE)[:-1])


def test_an_error_event_is_the_failure() -> None:
    assembler = Assembler()
    assembler.add(MessageStart({"id": "m"}))
    with pytest.raises(Broken) as raised:
        assembler.add(Failure({"type": "overloaded_error", "message": "Overloaded"}))
    assert (raised.value.status, raised.value.type) == (529, "overloaded_error")


def test_a_compaction_is_put_together() -> None:
    assembler = Assembler()
    assembler.add(MessageStart({"id": "m"}))
    assembler.add(BlockStart(0, {"type": "compaction", "content": None}))
    assembler.add(BlockDelta(0, {"type": "compaction_delta", "content": "all"}))
    assembler.add(BlockStop(0))
    assert assembler._message["content"] == [{"type": "compaction", "content": "all"}]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('{"a":1}', {"a": 1}),
        ("nope", {"__unparsedToolInput": "nope"}),
        ("[1]", {"__unparsedToolInput": "[1]"}),
    ],
)
def test_arguments_that_are_no_object_are_told_to_the_client(arguments: str, expected: Any) -> None:
    assert parsed(arguments) == expected


@pytest.mark.parametrize("text", ["{'a': 1}", "words", '{"__unparsedToolInput": '])
def test_arguments_that_were_no_object_can_be_had_as_they_were_sent(text: str) -> None:
    assert as_sent(json.encode(parsed(text)).decode()) == text
    assert as_sent('{"a":1}') == '{"a":1}'
    assert as_sent('{"__unparsedToolInput":1,"b":2}') == '{"__unparsedToolInput":1,"b":2}'
