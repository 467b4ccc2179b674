"""Requests: golden pairs, and the laws that hold of every one."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.errors import BadRequest
from ccr.protocols.openai_chat import PROTOCOL
from ccr.wire import json as wire
from tests.protocols.openai_chat.support import a_call, encoded, golden, messages

REQUESTS = golden("requests")


@pytest.mark.parametrize(("name", "pair"), REQUESTS)
def test_golden_requests(name: str, pair: dict[str, Any]) -> None:
    call = a_call(pair["request"], **pair["about"])
    assert PROTOCOL.encode(call) == pair["payload"], f"{name}: {pair['law']}"
    assert call.notes == pair["notes"]


@pytest.mark.parametrize(("name", "pair"), REQUESTS)
def test_the_keys_of_a_request_come_in_one_order(name: str, pair: dict[str, Any]) -> None:
    made = encoded(pair["request"], **pair["about"])
    assert json.dumps(made) == json.dumps(pair["payload"]), name


@pytest.mark.parametrize(("name", "pair"), REQUESTS)
def test_the_client_s_body_is_not_touched(name: str, pair: dict[str, Any]) -> None:
    body = copy.deepcopy(pair["request"])
    encoded(body, **pair["about"])
    assert json.dumps(body) == json.dumps(pair["request"]), name


TEXT = st.text(alphabet="ab<>&ü\n", min_size=1, max_size=8)
ID = st.integers(0, 99).map(lambda n: f"toolu_{n}")
CALL = ID.map(lambda key: {"type": "tool_use", "id": key, "name": "Read", "input": {"n": key}})
THOUGHT = TEXT.map(lambda text: {"type": "thinking", "thinking": text, "signature": "EqReal"})


def _identity(block: dict[str, Any]) -> str:
    """Calls differ in their ids; of the rest there may be two alike, but need not."""
    return str(block.get("id") or block)


WORDS = TEXT.map(lambda text: {"type": "text", "text": text})
ASSISTANT = st.lists(WORDS | CALL | THOUGHT, max_size=4, unique_by=_identity)
ROLES = st.sampled_from(["user", "system"])


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Conversations as clients send them: every call is answered in the next message."""
    said: list[dict[str, Any]] = [{"role": "user", "content": draw(TEXT)}]
    for turn in draw(st.lists(ASSISTANT, max_size=5)):
        said.append({"role": "assistant", "content": turn})
        results = [
            {"type": "tool_result", "tool_use_id": block["id"], "content": draw(TEXT)}
            for block in draw(st.permutations(turn))
            if block["type"] == "tool_use"
        ]
        said.append({"role": "user", "content": [*results, *draw(st.lists(WORDS, max_size=2))]})
        said += draw(
            st.lists(st.builds(lambda role, text: {"role": role, "content": text}, ROLES, TEXT), max_size=2)
        )
    return said


DIALECTS = st.sampled_from(
    [
        {},
        {"replay": "reasoning_content", "reasoning": "thinking"},
        {"tool_ids": "nine", "late_system": "user"},
        {"cache_control": True, "model": "claude"},
    ]
)


@given(conversations(), DIALECTS, st.data())
def test_a_conversation_that_grows_becomes_messages_that_grow(
    said: list[dict[str, Any]], about: dict[str, Any], data: st.DataObject
) -> None:
    """Byte for byte: else every turn is paid for anew. A turn ends with the user or the system."""
    ends = [n for n, one in enumerate(said, 1) if one["role"] != "assistant"]
    before = messages(*said[: data.draw(st.sampled_from(ends))], **about)
    now = messages(*said, **about)
    assert [wire.encode(one) for one in now[: len(before)]] == [wire.encode(one) for one in before]


@given(conversations())
def test_a_text_is_the_same_as_a_string_and_as_a_block(said: list[dict[str, Any]]) -> None:
    """Claude Code sends the last message as a block, for its cache mark, and later as a string."""
    mark = {"cache_control": {"type": "ephemeral"}}
    as_blocks = [
        {**one, "content": [{"type": "text", "text": one["content"], **mark}]}
        if isinstance(one["content"], str)
        else one
        for one in said
    ]
    assert messages(*as_blocks) == messages(*said)


@given(conversations(), DIALECTS)
def test_each_call_is_answered_once_and_at_once(said: list[dict[str, Any]], about: dict[str, Any]) -> None:
    waiting: list[str] = []
    for one in messages(*said, **about):
        if one["role"] == "tool":
            waiting.remove(one["tool_call_id"])
            continue
        assert not waiting
        assert one["content"] or one.get("tool_calls")
        waiting = [call["id"] for call in one.get("tool_calls") or ()]
        assert len(set(waiting)) == len(waiting)
    assert not waiting


def test_a_request_of_which_nothing_is_left_is_the_client_s_mistake() -> None:
    with pytest.raises(BadRequest, match="nothing to answer"):
        encoded({"system": "You are terse.", "messages": [{"role": "user", "content": []}]})


def test_nothing_of_the_client_s_own_affairs_is_sent() -> None:
    private = {
        "metadata": {"user_id": "user_device"},
        "safeguards": [{"classifier_context": {"cwd": "/home"}}],
        "service_tier": "auto",
        "context_management": {"edits": []},
        "betas": ["x"],
        "mcp_servers": [{"url": "https://example.com"}],
    }
    assert encoded(private) == encoded()


def test_the_session_is_the_key_of_the_prompt_cache_where_the_provider_has_one() -> None:
    assert encoded(session="s-1")["prompt_cache_key"] == "s-1"
    assert "prompt_cache_key" not in encoded(session="s-1", prompt_cache_key=False)


def test_usage_is_asked_for_in_streams() -> None:
    assert encoded({"stream": True})["stream_options"] == {"include_usage": True}
    assert "stream_options" not in encoded({"stream": True}, stream_usage=False)
    assert "stream" not in encoded({"stream": False})


def test_a_mark_on_the_whole_request_is_for_claude_alone() -> None:
    body = {"cache_control": {"type": "ephemeral", "scope": "x"}}
    assert encoded(body, model="claude-x", cache_control=True)["cache_control"] == {"type": "ephemeral"}
    assert "cache_control" not in encoded(body, model="claude-x")


def test_the_endpoint_and_headers_are_the_provider_s() -> None:
    call = a_call({"stream": True})
    assert PROTOCOL.endpoint(call) == "https://api.example.com/v1/chat/completions"
    assert PROTOCOL.headers(call) == {
        "content-type": "application/json",
        "accept": "text/event-stream",
        "authorization": "Bearer sk-example",
    }
