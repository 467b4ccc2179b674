"""``tooluse``: the model must call, and what it says by ``ExitTool`` the client gets as text."""

from __future__ import annotations

from copy import copy
from json import dumps
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import BlockDelta, MessageDelta
from ccr.anthropic.request import Body
from ccr.transformers.tooluse import EXIT, REMINDER, TOOL, Reply, ToolUse
from ccr.wire import json
from tests.grammar import check
from tests.transformers.streams import SIZES, at, call, cut, run, stream, text, with_arguments

READ = {"name": "Read", "input_schema": {"type": "object"}}
THINKS = {"type": "enabled", "budget_tokens": 2000}


def asked(body: Body, protocol: str = "openai_chat") -> Body:
    return at(ToolUse(), protocol).request(body)


def leave(response: Any, id: str = "toolu_9") -> dict[str, Any]:
    return call(EXIT, id, response=response)


def test_the_tool_the_reminder_and_the_duty_are_added() -> None:
    edited = asked({"tools": [READ], "system": "be kind", "messages": []})
    assert edited["tools"] == [READ, dict(TOOL)]
    assert edited["system"] == [text("be kind"), text(REMINDER)]
    assert edited["tool_choice"] == {"type": "any"}


def test_a_wish_for_one_call_at_a_time_is_kept() -> None:
    edited = asked({"tools": [READ], "tool_choice": {"type": "auto", "disable_parallel_tool_use": True}})
    assert edited["tool_choice"] == {"type": "any", "disable_parallel_tool_use": True}


@pytest.mark.parametrize(
    "body",
    [
        {"messages": []},
        {"tools": []},
        {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        {"tools": [READ], "tool_choice": {"type": "none"}},
        {"tools": [READ], "tool_choice": {"type": "any"}},
        {"tools": [READ], "tool_choice": {"type": "tool", "name": "Read"}},
    ],
)
def test_where_there_is_no_choice_nothing_is_added(body: Any) -> None:
    assert asked(copy(body)) == body


def test_anthropic_is_not_forced_while_it_thinks() -> None:
    """It refuses such requests; the reminder is all that can be done."""
    assert "tool_choice" not in asked({"tools": [READ], "thinking": THINKS}, "anthropic")
    assert asked({"tools": [READ], "thinking": THINKS})["tool_choice"] == {"type": "any"}
    assert asked({"tools": [READ]}, "anthropic")["tool_choice"] == {"type": "any"}


@given(st.text(min_size=1, max_size=60), SIZES)
def test_an_exit_is_text_however_it_was_cut(words: str, sizes: list[int]) -> None:
    answer = check(run(at(ToolUse()), cut(stream(leave(words)), sizes)))
    assert answer["content"] == [text(words)]
    assert answer["stop_reason"] == "end_turn"


@given(st.text(alphabet='a"\\\né😀', max_size=40), st.booleans(), SIZES)
def test_the_text_comes_while_it_is_written(words: str, escaped: bool, sizes: list[int]) -> None:
    """Nothing is held back but an escape that is not complete."""
    reply = Reply()
    whole = '{"response": ' + dumps(words, ensure_ascii=escaped)
    events = cut(with_arguments(stream(leave("x")), whole), sizes)
    pieces = [event.delta["partial_json"] for event in events if isinstance(event, BlockDelta)]
    given_out = "".join(reply.feed(piece) for piece in pieces)
    assert given_out == words
    assert reply.feed("}") + reply.end() == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('{"summary": "s", "response": "done"}', "done"),
        ('{"response": "done', "done"),
        ('{"response": "a \\ud83d b"}', "a \ufffd b"),
        ('{"response": "two\nlines"}', "two\nlines"),
        ("{'response': 'done'}", "done"),
        ('{"answer": "done"}', '{"answer":"done"}'),
        ('{"response": {"a": 1}}', '{"response":{"a":1}}'),
        ("done", "done"),
    ],
)
@pytest.mark.parametrize("sizes", [[1], [1000]])
def test_nothing_that_was_said_is_lost(arguments: str, words: str, sizes: list[int]) -> None:
    events = cut(with_arguments(stream(leave("x")), arguments), sizes)
    assert check(run(at(ToolUse()), events))["content"] == [text(words)]


@pytest.mark.parametrize("arguments", ["", "{}", '{"response": ""}'])
def test_an_exit_without_words_is_nothing(arguments: str) -> None:
    answer = check(run(at(ToolUse()), with_arguments(stream(leave("x")), arguments)))
    assert (answer["content"], answer["stop_reason"]) == ([], "end_turn")


@given(SIZES)
def test_words_before_and_after_are_one_text(sizes: list[int]) -> None:
    """Clients show no more than the last of several texts in a row."""
    events = stream(text("one"), leave("two"), leave("three", "toolu_10"))
    assert check(run(at(ToolUse()), cut(events, sizes)))["content"] == [text("one\n\ntwo\n\nthree")]


@given(SIZES)
def test_other_calls_stay_calls(sizes: list[int]) -> None:
    events = stream(call(path="x"), leave("reading"), call("Write", "toolu_2"))
    answer = check(run(at(ToolUse()), cut(events, sizes)))
    assert answer["content"] == [call(path="x"), text("reading"), call("Write", "toolu_2")]
    assert answer["stop_reason"] == "tool_use"


def test_other_reasons_to_stop_stay() -> None:
    events = with_arguments(stream(leave("x"), stop_reason="max_tokens"), '{"response": "hal')
    answer = check(run(at(ToolUse()), events))
    assert (answer["content"], answer["stop_reason"]) == ([text("hal")], "max_tokens")


def test_an_answer_without_exit_is_the_same() -> None:
    events = stream(text("hello"), call())
    out = run(at(ToolUse()), events)
    assert check(out) == check(events)
    assert sum(isinstance(event, MessageDelta) for event in out) == 1


def test_the_tools_schema_is_plain_json() -> None:
    assert json.decode(json.encode(dict(TOOL)))["name"] == EXIT
