"""What the demo provider says to a request."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccr.demo.answer import pieces, reply

BASH = {"type": "function", "function": {"name": "Bash", "parameters": {"type": "object"}}}
USER = {"role": "user", "content": "run it"}
CALL = {"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "Bash", "arguments": "{}"}}]}
RESULT = {"role": "tool", "tool_call_id": "1", "content": "42 files"}


def ask(*messages: dict[str, Any], **more: Any) -> Any:
    return reply({"model": "demo-1", "messages": list(messages), **more})


@given(st.text())
def test_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_a_user_who_means_a_tool_gets_a_call() -> None:
    answer = ask(USER, tools=[BASH])
    assert answer.call is not None
    assert answer.finish == "tool_calls"


def test_after_a_tool_result_come_words_never_another_call() -> None:
    reminder = {"role": "user", "content": "<system-reminder>run another</system-reminder>"}
    for tail in ([RESULT], [RESULT, reminder], [RESULT, {"role": "system", "content": "run"}]):
        answer = ask(USER, CALL, *tail, tools=[BASH], tool_choice="required")
        assert answer.call is None
        assert "42 files" in "".join(answer.text)


def test_thinking_comes_only_when_asked_for() -> None:
    assert not ask(USER).thinking
    assert not ask(USER, thinking={"type": "disabled"}, reasoning_effort="high").thinking
    for asked in ({"thinking": {"type": "enabled"}}, {"reasoning_effort": "low"}, {"enable_thinking": True}):
        assert ask(USER, **asked).thinking


def test_a_wanted_schema_is_answered_in_json() -> None:
    schema = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
    wanted = {"type": "json_schema", "json_schema": {"name": "t", "schema": schema}}
    assert "".join(ask(USER, response_format=wanted).text) == '{"title":"run it"}'
    assert "".join(ask(USER, response_format={"type": "json_object"}).text) == '{"answer":"run it"}'


def test_limits_and_stop_sequences_end_the_answer() -> None:
    assert (len(ask(USER, max_tokens=3).text), ask(USER, max_tokens=3).finish) == (3, "length")
    answer = ask(USER, stop=["demo"])
    assert ("".join(answer.text), answer.finish) == ("Hello from the ", "stop")
