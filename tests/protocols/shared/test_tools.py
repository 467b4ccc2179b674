"""Which tools are offered, and in which order."""

from __future__ import annotations

from typing import Any

from ccr.protocols.shared.tools import PLACEHOLDER, asks_web_search, hosted, offered

SEARCH = {"type": "web_search_20250305", "name": "web_search"}


def tool(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "input_schema": {"type": "object"}, **more}


def deferred(*names: str) -> list[dict[str, Any]]:
    return [tool(name, defer_loading=True) for name in names]


def loading(*names: str) -> dict[str, Any]:
    references = [{"type": "tool_reference", "tool_name": name} for name in names]
    return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content": references}]}


def names(tools: list[dict[str, Any]], *messages: dict[str, Any]) -> list[str]:
    return [found["name"] for found in offered({"tools": tools, "messages": list(messages)})]


def test_tools_loaded_later_come_last_in_the_order_they_were_loaded() -> None:
    tools = [tool("A"), *deferred("Notebook", "WebFetch"), tool("B")]
    assert names(tools, loading("WebFetch"), loading("Notebook", "WebFetch")) == [
        "A",
        "B",
        "WebFetch",
        "Notebook",
    ]


def test_what_was_offered_before_is_a_prefix_of_what_is_offered_after_loading() -> None:
    before = [tool("A"), *deferred("M"), tool("B")]
    after = [tool("A"), *deferred("F", "M"), tool("B")]
    assert names(after, loading("M"), loading("F"))[: len(before)] == names(before, loading("M"))


def test_tools_may_be_added_by_a_system_message() -> None:
    added = {
        "role": "system",
        "content": [{"type": "tool_addition", "tool": {"type": "tool_reference", "name": "Y"}}],
    }
    assert names(deferred("X", "Y"), added) == ["Y", "X"]


def test_the_placeholder_is_not_offered() -> None:
    assert names([tool("A"), *deferred(PLACEHOLDER)]) == ["A"]


def test_a_search_of_anthropic_s_own_leaves_the_order_alone() -> None:
    """All tools are there from the first request: a reference must not move them."""
    search = {"type": "tool_search_tool_bm25_20251119", "name": "tool_search"}
    assert names([search, tool("A"), *deferred("X", "Y")], loading("Y")) == ["A", "X", "Y"]


def test_hosted_tools_are_told_apart() -> None:
    body: Any = {"tools": [SEARCH, tool("A"), {**tool("B"), "type": "custom"}, {"type": "custom"}, "odd"]}
    assert hosted(body) == [SEARCH]
    assert [found["name"] for found in offered(body)] == ["A", "B"]
    assert asks_web_search(body)
    assert not asks_web_search({})


def test_each_name_is_offered_once() -> None:
    assert names([tool("A"), tool("B"), tool("A", description="again")]) == ["A", "B"]
    assert "description" not in offered({"tools": [tool("A"), tool("A", description="again")]})[0]
