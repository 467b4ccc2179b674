"""The subagent tag: where it counts, and that it is taken off."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.routing.tag import tagged_model, without_tags

TAG = "<CCR-SUBAGENT-MODEL>lab,m</CCR-SUBAGENT-MODEL>"


def text(value: str) -> dict[str, Any]:
    return {"type": "text", "text": value}


def user(*contents: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(contents)}


CALL = {
    "role": "assistant",
    "content": [{"type": "tool_use", "id": "1", "name": "Agent", "input": {"prompt": TAG}}],
}
REMINDER = text("<system-reminder>x</system-reminder>")
FOUND: list[dict[str, Any]] = [
    {"system": TAG + "Do."},
    {"system": [text("billing"), text("you are"), text(TAG + "Do.")]},
    {"messages": [{"role": "user", "content": TAG + "Do."}]},
    {"messages": [user(REMINDER, REMINDER, text(TAG + "Do.")), CALL]},
    {"messages": [{"role": "system", "content": "env"}, user(text(TAG + "Do."))]},
    {"messages": [user(text("\n  " + TAG + "Do."))]},
    {"messages": [user(text(TAG), text("Do."))]},
    {"system": [text(TAG)], "messages": [user(text("Do."))]},
]
NOT_FOUND: list[dict[str, Any]] = [
    {},
    {"system": "Write " + TAG},
    {"messages": [user(text("hello")), CALL]},
    {"messages": [user(text("hello")), user(text(TAG))]},
    {"messages": [user({"type": "tool_result", "tool_use_id": "1", "content": TAG})]},
    {"system": "<CCR-SUBAGENT-MODEL>lab,m"},
    {"system": "<CCR-SUBAGENT-MODEL> </CCR-SUBAGENT-MODEL>"},
    {"system": "<CCR-SUBAGENT-MODEL>provider,model</CCR-SUBAGENT-MODEL>"},
    {"system": [1, None, {"type": "text"}], "messages": ["x", {"role": "user"}]},
]


@pytest.mark.parametrize("body", FOUND)
def test_at_the_start_of_a_system_block_or_of_a_text_of_the_first_user_message(body: Any) -> None:
    assert tagged_model(body) == "lab,m"
    cleaned = without_tags(body)
    assert tagged_model(cleaned) is None
    assert str(cleaned).count("CCR-SUBAGENT-MODEL") == 2 * str(body).count("'input'")
    assert "Do." in str(cleaned)


@pytest.mark.parametrize("body", NOT_FOUND)
def test_nowhere_else(body: Any) -> None:
    assert tagged_model(body) is None


def test_an_example_of_a_tag_hides_no_real_one() -> None:
    example = "<CCR-SUBAGENT-MODEL>provider,model</CCR-SUBAGENT-MODEL> chooses a model."
    body: Any = {"system": [text(example)], "messages": [user(text(TAG + "Do."))]}
    assert tagged_model(body) == "lab,m"
    assert without_tags(body)["messages"] == [user(text("Do."))]


def test_a_block_of_nothing_but_a_tag_goes_with_it() -> None:
    """Anthropic refuses empty text blocks."""
    body: Any = {"system": [text("you are"), text(TAG)], "messages": [user(text(TAG), text("Do."))]}
    assert without_tags(body) == {"system": [text("you are")], "messages": [user(text("Do."))]}


def test_the_given_body_stays_as_it_is() -> None:
    body: Any = {"system": [text(TAG + "Do.")], "messages": [user(text("x"))], "model": "m"}
    before = str(body)
    without_tags(body)
    assert str(body) == before
