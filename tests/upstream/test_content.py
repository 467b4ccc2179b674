"""What counts as content: what can be read, and calls; never an empty block, a ping or a signature."""

from __future__ import annotations

import pytest

from ccr.anthropic.events import BlockDelta, BlockStart, Event, MessageStop, Opaque, Ping
from ccr.upstream.content import stop_reason, tokens
from ccr.wire import json
from tests.upstream.streams import begin, end, relayed, text, thinking, tool

EMPTY: list[Event] = [begin(), Ping(), *text(), *text(" \n"), *thinking(), *end(), MessageStop()]
FULL: list[Event] = [
    text("a")[1],
    thinking("a")[1],
    tool()[0],
    tool("{")[1],
    BlockStart(0, {"type": "text", "text": "early"}),
    BlockStart(0, {"type": "web_search_tool_result", "content": []}),
    BlockStart(0, {"type": "redacted_thinking", "data": "x"}),
    BlockStart(0, {"type": "a block of tomorrow"}),
]


@pytest.mark.parametrize("event", [*EMPTY, *relayed(EMPTY)])
def test_what_says_nothing_is_no_content(event: Event) -> None:
    assert not tokens(event)


@pytest.mark.parametrize("event", [*FULL, *relayed(FULL)])
def test_what_says_something_is(event: Event) -> None:
    assert tokens(event) >= 1


def test_tokens_are_about_a_quarter_of_the_characters() -> None:
    assert tokens(BlockDelta(0, {"type": "text_delta", "text": "x" * 40})) == 10


@pytest.mark.parametrize(
    ("content", "full"),
    [
        ([], False),
        ([{"type": "text", "text": ""}], False),
        ([{"type": "thinking", "thinking": ""}, {"type": "text", "text": "\n"}], False),
        ([{"type": "text", "text": "a"}], True),
        ([{"type": "tool_use", "id": "t", "name": "Read", "input": {}}], True),
    ],
)
def test_a_message_has_the_content_of_its_blocks(content: list[object], full: bool) -> None:
    body = json.encode({"type": "message", "content": content, "stop_reason": "end_turn"})
    assert bool(tokens(Opaque("message", body))) is full
    assert stop_reason([Opaque("message", body)]) == "end_turn"


def test_a_message_that_cannot_be_read_says_nothing() -> None:
    assert not tokens(Opaque("message", b'{"content": 3}'))


def test_the_stop_reason_is_found_in_either_form() -> None:
    for events in (end("max_tokens"), relayed(end("max_tokens"))):
        assert stop_reason([begin(), *events]) == "max_tokens"
    assert stop_reason([begin(), *end(None)]) == ""
    assert stop_reason([begin()]) == ""
