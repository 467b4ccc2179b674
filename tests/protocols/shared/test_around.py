"""What is made around the messages is made once, and anew as soon as anything of it changes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ccr.anthropic.conversations import WORTH_IT
from ccr.anthropic.parsing import Parser
from ccr.exchange import Call
from ccr.protocols.shared.around import made_around
from ccr.wire import json
from tests.protocols.openai_chat.support import a_call

BODY: dict[str, Any] = {
    "model": "m",
    "system": "x" * WORTH_IT,
    "tools": [{"name": name, "input_schema": {}, "defer_loading": name != "a"} for name in "abc"],
    "max_tokens": 9,
    "stop_sequences": ["a"],
}
SAID: list[dict[str, Any]] = [{"role": "user", "content": str(n)} for n in range(4)]
LOADED = {"type": "tool_reference", "tool_name": "c"}


class Make:
    """Counts how often it makes."""

    made = 0

    def __call__(self, call: Call) -> dict[str, Any]:
        self.made += 1
        call.notes.append("a note")
        return {"limit": call.body.get("max_tokens"), "deep": {"a": [1]}, "list": [{"a": 1}]}


def call(parser: Parser, end: int = 4, /, model: str = "m", session: str = "", **more: Any) -> Call:
    raw = msgspec.json.encode({**BODY, "messages": SAID[:end]})
    parser.parse(raw)  # of what comes but once nothing is shared
    read = parser.parse(raw)[0]
    return a_call({**read, **more}, model=model, session=session)


def test_of_a_conversation_that_goes_on_it_is_made_once() -> None:
    parser, make = Parser(), Make()
    for end in (2, 3, 4, 4):
        asked = call(parser, end)
        assert made_around(asked, "it", make) == {"limit": 9, "deep": {"a": [1]}, "list": [{"a": 1}]}
        assert asked.notes == ["a note"]
    assert make.made == 1


@pytest.mark.parametrize(
    "more",
    [
        {"max_tokens": 10},
        {"temperature": 1},
        {"model": "other"},
        {"session": "s"},
        {"stream": True},
        {"system": "another"},
    ],
)
def test_where_anything_changes_it_is_made_anew(more: dict[str, Any]) -> None:
    parser, make = Parser(), Make()
    made_around(call(parser), "it", make)
    assert made_around(call(parser, 4, **more), "it", make)["limit"] == more.get("max_tokens", 9)
    assert make.made == 2


def test_a_field_that_gives_way_to_another_is_a_change() -> None:
    parser, make = Parser(), Make()
    made_around(call(parser, thinking=None), "it", make)
    made_around(call(parser, temperature=None), "it", make)
    assert make.made == 2


@pytest.mark.parametrize(
    "last",
    [
        {"role": "user", "content": "x", "output_config": {"effort": "high"}},
        {
            "role": "user",
            "content": [{"type": "tool_addition", "tool": {"type": "tool_reference", "tool_name": "c"}}],
        },
    ],
)
def test_what_messages_say_of_effort_and_tools_is_a_change(last: dict[str, Any]) -> None:
    parser, make = Parser(), Make()
    made_around(call(parser), "it", make)
    read = parser.parse(msgspec.json.encode({**BODY, "messages": [*SAID, last]}))[0]
    made_around(a_call(read, model="m", session=""), "it", make)
    assert make.made == 2


def test_objects_in_it_are_fixed() -> None:
    made = made_around(call(Parser()), "it", Make())
    assert type(made["deep"]) is type(made["list"][0]) is json.Fixed


def test_a_request_that_shares_nothing_has_its_own() -> None:
    make = Make()
    made = [made_around(a_call({**BODY, "messages": SAID}), "it", make) for _ in range(2)]
    assert make.made == 2
    assert type(made[0]["deep"]) is dict
