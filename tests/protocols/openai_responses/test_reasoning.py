"""Reasoning items, there and back."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.anthropic import thinking
from ccr.protocols.openai_responses import reasoning

SUMMARY = [{"type": "summary_text", "text": "Thought."}]
CONTENT = [{"type": "reasoning_text", "text": "Thought."}]


def back(item: dict[str, Any], text: str, issuer: str = "me") -> dict[str, Any] | None:
    """The item that the next turn sends, after its text was shown."""
    state = reasoning.state_of(item, reasoning.view_of(item))
    signature = thinking.sign("me", state)
    return reasoning.item_of({"type": "thinking", "thinking": text, "signature": signature}, issuer)


@pytest.mark.parametrize(
    ("item", "sent"),
    [
        (
            {
                "type": "reasoning",
                "id": "rs_1",
                "summary": SUMMARY,
                "encrypted_content": "e",
                "status": "completed",
            },
            {"type": "reasoning", "encrypted_content": "e", "summary": SUMMARY},
        ),
        (
            {"type": "reasoning", "id": "rs_1", "summary": [], "content": CONTENT, "encrypted_content": None},
            {"type": "reasoning", "id": "rs_1", "summary": [], "content": CONTENT},
        ),
        ({"type": "reasoning", "id": "rs_1", "summary": SUMMARY}, None),
    ],
)
def test_an_item_comes_back_as_far_as_the_provider_can_use_it(item: Any, sent: Any) -> None:
    assert back(item, "Thought.") == sent


def test_an_item_without_visible_text_comes_back_as_it_was() -> None:
    item = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "e"}
    assert back(item, "") == {"type": "reasoning", "encrypted_content": "e", "summary": []}


def test_nobody_else_gets_it() -> None:
    assert back({"type": "reasoning", "summary": [], "encrypted_content": "e"}, "", issuer="you") is None


@pytest.mark.parametrize("state", [None, [], "x", {"details": []}])
def test_state_of_another_shape_is_no_item(state: object) -> None:
    block = {"type": "thinking", "thinking": "", "signature": thinking.sign("me", state)}
    assert reasoning.item_of(block, "me") is None
