"""Tool results: what is words stays, what is not follows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.protocols.openai_chat.support import messages

IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {}}


def said(content: Any = None, about: dict[str, Any] | None = None, **result: Any) -> list[dict[str, Any]]:
    given = {"type": "tool_result", "tool_use_id": "toolu_1", **result}
    if content is not None:
        given["content"] = content
    user, assistant = {"role": "user", "content": "Hi."}, {"role": "assistant", "content": [CALL]}
    return messages(user, assistant, {"role": "user", "content": [given]}, **(about or {}))[2:]


@pytest.mark.parametrize("content", [None, "", [], [{"type": "text", "text": ""}]])
def test_an_empty_result_says_so(content: Any) -> None:
    assert said(content)[0]["content"] == "(no output)"


def test_blocks_of_text_are_lines() -> None:
    assert said([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}])[0]["content"] == "a\nb"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("exit code 1", "Error: exit code 1"),
        ("<tool_use_error>No such file</tool_use_error>", "<tool_use_error>No such file</tool_use_error>"),
        ("", "Error: the tool failed."),
    ],
)
def test_a_failed_result_says_that_it_failed(content: str, told: str) -> None:
    assert said(content, is_error=True)[0]["content"] == told
    assert not said(content, is_error=False)[0]["content"].startswith("Error")


def test_an_image_follows_in_the_user_s_message_or_stays_inside() -> None:
    tool, user = said([IMAGE])
    assert tool["content"] == "(attached below)"
    assert [part["type"] for part in user["content"]] == ["text", "image_url"]
    (inside,) = said([{"type": "text", "text": "a"}, IMAGE], about={"images_in_tools": True})
    assert [part["type"] for part in inside["content"]] == ["text", "image_url"]


def test_loaded_tools_are_named() -> None:
    loaded = [{"type": "tool_reference", "tool_name": "WebFetch"}]
    assert said(loaded)[0]["content"] == "Tool WebFetch is loaded."
