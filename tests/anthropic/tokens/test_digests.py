"""Requests that cost the same have the same keys, and others have not."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given

from ccr.anthropic.request import Body
from ccr.anthropic.tokens.digests import Digest, digest
from tests.anthropic.tokens.requests import ODD, bodies

MARK = {"cache_control": {"type": "ephemeral"}}


def read(messages: list[Any], **more: Any) -> Digest:
    return digest(cast("Body", {"messages": messages, **more}))


def user(content: object) -> dict[str, Any]:
    return {"role": "user", "content": content}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def result(content: object, **more: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": "t", "content": content, **more}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hello", [text("hello", **MARK)]),
        ("hello", [text("hello")]),
        ([result("done")], [result([text("done")], **MARK)]),
        ([result([text("done", **MARK)])], [result([text("done")])]),
        ("", []),
        (None, []),
    ],
)
def test_two_forms_of_one_content_have_one_key(one: object, other: object) -> None:
    assert read([user(one)]).prefixes == read([user(other)]).prefixes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hello", "hallo"),
        ([text("a"), text("b")], [text("ab")]),
        ([result("done")], "done"),
        (
            [{"type": "tool_use", "name": "a", "input": {"n": 1}}],
            [{"type": "tool_use", "name": "a", "input": {"n": True}}],
        ),
        ([{"type": "image", "source": {"data": "a"}}], [{"type": "image", "source": {"data": "b"}}]),
    ],
)
def test_two_contents_have_two_keys(one: object, other: object) -> None:
    assert read([user(one)]).keys != read([user(other)]).keys


def test_a_prefix_has_the_key_of_the_request_it_was() -> None:
    first, more = [user("a")], [user("a"), {"role": "assistant", "content": "b"}, user("c")]
    assert read(more).prefixes[0] == read(first).prefixes[0]
    assert read(more, system="s").prefixes[0] != read(first).prefixes[0]
    assert read(more, tools=[{"name": "t"}]).prefixes[0] != read(first).prefixes[0]


def test_the_billing_line_and_cache_marks_are_in_no_key() -> None:
    billing = text("x-anthropic-billing-header: cc_version=1;")
    assert read([], system=[billing, text("s", **MARK)]).head == read([], system="s").head
    assert read([], tools=[{"name": "t", **MARK}]).head == read([], tools=[{"name": "t"}]).head


def test_a_deferred_tool_changes_no_prefix_until_it_is_loaded() -> None:
    ready, deferred = {"name": "a"}, {"name": "b", "defer_loading": True}
    more = {"name": "c", "defer_loading": True}
    asked = [user("x")]
    before, after = read(asked, tools=[ready, deferred]), read(asked, tools=[ready, more, deferred])
    assert before.prefixes == after.prefixes
    loads = [user([result([{"type": "tool_reference", "tool_name": "c"}])])]
    assert read(loads, tools=[ready, deferred]).keys != read(loads, tools=[ready, more, deferred]).keys


@pytest.mark.parametrize(
    ("steady", "more"),
    [
        (True, {}),
        (True, {"context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]}}),
        (False, {"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}}),
        (True, {"tools": [{"name": "Read", "input_schema": {}}, {"type": "bash_20250124", "name": "bash"}]}),
        (False, {"tools": [{"type": "web_search_20250305", "name": "web_search"}]}),
        (False, {"mcp_servers": [{"type": "url"}]}),
        (False, {"messages": [user([{"type": "compaction", "content": "so far"}])]}),
    ],
)
def test_steady_is_what_has_its_usage_in_the_request(steady: bool, more: dict[str, Any]) -> None:
    assert digest(cast("Body", {"messages": [user("x")], **more})).steady is steady


@given(bodies() | ODD)
def test_any_request_has_a_key_for_each_message(body: Body) -> None:
    found = digest(body)
    assert len(found.keys) == len(found.prefixes) == len(found.messages)
    assert found == digest(body)
