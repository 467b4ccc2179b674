"""Several answers as one message."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.agents.joint import Joint, added
from ccr.anthropic.events import Batch, Event, Opaque, sse
from ccr.anthropic.message import replay
from ccr.wire import json
from tests.grammar import check

OWN = {"mine"}


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


def call(name: str, id: str) -> dict[str, Any]:
    return {"type": "tool_use", "id": id, "name": name, "input": {"a": 1}}


def answer(*content: dict[str, Any], reason: str = "end_turn", **usage: Any) -> dict[str, Any]:
    figures = {"input_tokens": 10, "output_tokens": 2, **usage}
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m"}
    return {**head, "content": list(content), "stop_reason": reason, "stop_sequence": None, "usage": figures}


def joined(*answers: dict[str, Any], shown: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    joint, events = Joint(OWN), list[Event]()
    for message in answers:
        events += joint.read(replay(message))
        assert joint.round()["content"] == message["content"]
        for block in shown if message is answers[0] else ():
            events += joint.show(block)
    return check([*events, *joint.end()])


def test_one_answer_stays_as_it_is() -> None:
    message = answer(text("hi"), call("theirs", "t1"), reason="tool_use")
    assert joined(message) == message


def test_calls_of_ours_vanish_and_indexes_close_up() -> None:
    first = answer(text("a"), call("mine", "t1"), call("mine", "t2"), reason="tool_use")
    second = answer(text("b"), call("theirs", "t3"), text("c"), reason="tool_use")
    message = joined(first, second)
    assert [block.get("text", block.get("name")) for block in message["content"]] == ["a", "b", "theirs", "c"]
    assert message["stop_reason"] == "tool_use"


def test_what_is_shown_stands_between_the_rounds() -> None:
    result = {"type": "web_search_tool_result", "tool_use_id": "s1", "content": []}
    use = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "q"}}
    first = answer(text("a"), call("mine", "t1"), reason="tool_use")
    message = joined(first, answer(text("b")), shown=(use, result))
    assert message["content"] == [text("a"), use, result, text("b")]


def test_without_a_call_for_the_client_the_turn_has_ended() -> None:
    assert joined(answer(call("mine", "t1"), text("x"), reason="tool_use"))["stop_reason"] == "end_turn"


def test_usage_is_summed_and_each_round_told() -> None:
    first = answer(call("mine", "t1"), reason="tool_use", cache_read_input_tokens=5)
    second = answer(text("b"), service_tier="standard", cache_creation={"ephemeral_5m_input_tokens": 3})
    usage = joined(first, second)["usage"]
    assert (usage["input_tokens"], usage["output_tokens"], usage["cache_read_input_tokens"]) == (20, 4, 5)
    assert usage["service_tier"] == "standard"
    assert usage["cache_creation"] == {"ephemeral_5m_input_tokens": 3}
    figures = {"cache_creation_input_tokens": 0, "input_tokens": 10, "output_tokens": 2, "type": "message"}
    assert usage["iterations"] == [
        {**figures, "cache_read_input_tokens": 5},
        {**figures, "cache_read_input_tokens": 0},
    ]


def test_events_that_are_only_carried_go_on_as_their_bytes() -> None:
    odd = Opaque("novelty", b'event: novelty\ndata: {"type":"novelty"}\n\n')
    batch: Batch = [Opaque("x", sse(event)) for event in replay(answer(text("hi")))]
    out = Joint(OWN).read([batch[0], odd, *batch[1:]])
    assert out == [batch[0], odd, *batch[1:-2]]


def test_a_json_answer_is_read_as_a_stream() -> None:
    joint = Joint(OWN)
    out = joint.read([Opaque("message", json.encode(answer(text("hi"))))])
    joint.round()
    assert check([*out, *joint.end()])["content"] == [text("hi")]


@pytest.mark.parametrize(
    ("first", "second", "total"),
    [
        ({}, {"a": 1}, {"a": 1}),
        ({"a": 1, "b": {"c": 2}}, {"a": 2, "b": {"c": 3, "d": 1}}, {"a": 3, "b": {"c": 5, "d": 1}}),
        ({"a": 1, "t": "x"}, {"a": None, "t": "y"}, {"a": 1, "t": "y"}),
        ({"a": None}, {"a": 4}, {"a": 4}),
        ({"a": True}, {"a": False}, {"a": False}),
    ],
)
def test_figures_add_up_at_every_depth(first: Any, second: Any, total: Any) -> None:
    assert added(first, second) == total
