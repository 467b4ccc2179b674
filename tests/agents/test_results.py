"""Searches in the client's blocks, and back."""

from __future__ import annotations

from typing import Any

from ccr.agents import results
from ccr.agents.backends import Page
from ccr.anthropic.request import Body

PAGES = [
    Page("https://a.example", "A", "They fly — all of them.", "1 day ago"),
    Page("https://b.example", "B"),
]
ID = results.ID + "1"


def conversation(*content: dict[str, Any]) -> Body:
    return {
        "messages": [{"role": "user", "content": "bees?"}, {"role": "assistant", "content": list(content)}]
    }


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


def test_a_search_comes_back_as_the_model_knew_it() -> None:
    body = conversation(text("I search."), *results.shown(ID, "bees", PAGES), text("They fly."))
    _, asked, found, said = results.recalled(body, "web_search")["messages"]
    call = {"type": "tool_use", "id": ID, "name": "web_search", "input": {"query": "bees"}}
    assert asked == {"role": "assistant", "content": [text("I search."), call]}
    assert found["role"] == "user"
    assert found["content"] == [{"type": "tool_result", "tool_use_id": ID, "content": results.told(PAGES)}]
    assert said == {"role": "assistant", "content": [text("They fly.")]}


def test_a_failed_search_comes_back_as_an_error() -> None:
    body = conversation(*results.failed(ID, "bees", "max_uses_exceeded"), text("Enough."))
    result = results.recalled(body, "web_search")["messages"][2]["content"][0]
    assert result["is_error"] is True
    assert "No more searches" in result["content"]


def test_calls_of_the_client_belong_to_the_end_of_the_turn() -> None:
    edit = {"type": "tool_use", "id": "e", "name": "Edit", "input": {}}
    body = conversation(edit, *results.shown(ID, "bees", PAGES))
    messages = results.recalled(body, "web_search")["messages"]
    assert [block["type"] for message in messages[1:] for block in message["content"]] == [
        "tool_use",
        "tool_result",
        "tool_use",
    ]
    assert messages[-1]["content"] == [edit]


def test_searches_of_others_are_left_alone() -> None:
    use = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    page = {"type": "web_search_result", "url": "u", "title": "t", "encrypted_content": "EqgB"}
    found = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [page]}
    body = conversation(use, found, text("x"))
    assert results.recalled(body, "web_search") is body


def test_no_pages_are_told_as_none() -> None:
    assert "found no pages" in results.told([])
    assert results.told_failure("a new code") == results.told_failure("unavailable")
