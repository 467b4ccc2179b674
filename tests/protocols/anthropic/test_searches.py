"""Searches that Anthropic did not make never reach it as its own."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.protocols.anthropic.searches import is_foreign, told
from ccr.protocols.anthropic.thoughts import cleaned, needs_cleaning
from ccr.protocols.shared.websearch import packed


def result(*encrypted: str, id: str = "srvtoolu_1") -> dict[str, Any]:
    pages = [
        {"type": "web_search_result", "url": f"https://{n}.example", "title": f"T{n}", "encrypted_content": e}
        for n, e in enumerate(encrypted)
    ]
    return {"type": "web_search_tool_result", "tool_use_id": id, "content": pages}


USE = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "bees"}}
CITED = {"type": "web_search_result_location", "url": "u", "encrypted_index": ""}


@pytest.mark.parametrize(
    ("block", "foreign"),
    [
        (result("EqgB"), False),
        (result(), False),
        (result(""), True),
        (result("EqgB", packed("x")), True),
        (
            {**result(), "content": {"type": "web_search_tool_result_error", "error_code": "unavailable"}},
            False,
        ),
        ({"type": "text", "text": "x"}, False),
        ({"type": "text", "text": "x", "citations": [CITED]}, True),
        ({"type": "text", "text": "x", "citations": [{**CITED, "encrypted_index": "Eo8B"}]}, False),
        ({"type": "text", "text": "x", "citations": [{"type": "char_location"}]}, False),
        (USE, False),
    ],
)
def test_what_anthropic_has_not_encrypted_is_foreign(block: dict[str, Any], foreign: bool) -> None:
    assert is_foreign(block) is foreign
    message = {"role": "assistant", "content": [block]}
    assert needs_cleaning({"messages": [message]}) is foreign


def test_a_foreign_search_is_told_in_words() -> None:
    text = {"type": "text", "text": "They fly.", "citations": [CITED]}
    content = [USE, result(packed("Bees have wings.")), text]
    assert told(content) == [
        {"type": "text", "text": "A web search found:\n\nT0\nhttps://0.example\nBees have wings."},
        {"type": "text", "text": "They fly."},
    ]
    assert cleaned({"role": "assistant", "content": content})["content"] == told(content)


def test_anthropics_own_searches_stay_as_they_are() -> None:
    content = [USE, result("EqgB"), {"type": "text", "text": "x"}]
    assert told(content) is content
