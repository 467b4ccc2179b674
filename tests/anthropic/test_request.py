"""Reading a request never fails, whatever a client sends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.request import (
    blocks,
    messages,
    session_of_user,
    text_of,
    tool_ids,
    tools,
    wants_thinking,
)

anything: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda s: (
        st.lists(s, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "content", "role", "id"]), s)
    ),
)


@given(st.dictionaries(st.sampled_from(["messages", "tools", "thinking", "system"]), anything))
def test_odd_requests_are_read(body: Any) -> None:
    tool_ids(body)
    tools(body)
    wants_thinking(body)
    for message in messages(body):
        text_of(message.get("content"))


def test_content_has_one_long_form() -> None:
    assert blocks("x") == blocks([{"type": "text", "text": "x"}]) == blocks(["x"])
    assert blocks("") == blocks(None) == blocks([]) == []


def test_the_ids_of_all_calls() -> None:
    call = {"type": "tool_use", "id": "a"}
    body: Any = {
        "messages": [{"role": "assistant", "content": [call, {"type": "tool_use"}]}, {"role": "user"}]
    }
    assert tool_ids(body) == {"a"}


@pytest.mark.parametrize(
    ("thinking", "wanted"),
    [
        ({"type": "enabled", "budget_tokens": 1024}, True),
        ({"type": "adaptive"}, True),
        ({"type": "disabled"}, False),
        (None, False),
        ("enabled", False),
    ],
)
def test_disabled_thinking_is_no_thinking(thinking: Any, wanted: bool) -> None:
    assert wants_thinking({"thinking": thinking}) is wanted


@pytest.mark.parametrize(
    ("user_id", "session"),
    [
        ('{"device_id":"d","session_id":"s-1"}', "s-1"),
        ("user_ab_account__session_s-2", "s-2"),
        ("user_only", None),
        ("user_session_", None),
        ("{broken", None),
        ("[1]", None),
        ('{"session_id":7}', None),
        (None, None),
        (7, None),
    ],
)
def test_the_session_in_both_forms_of_the_users_id(user_id: object, session: str | None) -> None:
    assert session_of_user(user_id) == session
