"""Images by number, and the notes in their place."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.agents.pictures import described, has_images, images_of
from ccr.anthropic.request import Body

A: dict[str, Any] = {"type": "image", "source": {"type": "url", "url": "a"}}
B: dict[str, Any] = {
    "type": "image",
    "source": {"type": "url", "url": "b"},
    "cache_control": {"type": "ephemeral"},
}
C: dict[str, Any] = {"type": "image", "source": {"type": "url", "url": "c"}}


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


def body(*turns: list[dict[str, Any]]) -> Body:
    return {"messages": [{"role": "user", "content": list(turn)} for turn in turns]}


def notes(of: Body) -> list[str]:
    return [block["text"] for m in described(of)["messages"] for block in m["content"] if "text" in block]


def test_images_are_numbered_in_order_those_in_results_too() -> None:
    result = {"type": "tool_result", "tool_use_id": "t", "content": [text("x"), B]}
    told = body([A], [result, C])
    assert images_of(told) == [A, B, C]
    first, second = described(told)["messages"]
    assert first["content"] == [text("[Image #1]")]
    inner = second["content"][0]["content"]
    assert inner == [text("x"), {**text("[Image #2]"), "cache_control": {"type": "ephemeral"}}]
    assert second["content"][1] == text("[Image #3]")


def test_the_given_body_stays_as_it_is() -> None:
    told = body([A, text("[Image #1] hi")])
    before = repr(told)
    described(told)
    assert repr(told) == before


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (
            [[text("[Image #4] and [Image #5]?"), A, B]],
            ["[Image #1] and [Image #2]?", "[Image #1]", "[Image #2]"],
        ),
        ([[A], [text("[Image #1] what?"), B]], ["[Image #1]", "[Image #2] what?", "[Image #2]"]),
        (
            [[text("[Image #3] x"), A], [text("again [Image #3]")]],
            ["[Image #1] x", "[Image #1]", "again [Image #1]"],
        ),
        ([[text("[Image #1] one, no picture")]], [" one, no picture"]),
    ],
)
def test_marks_of_the_client_name_the_images_by_our_numbers(turns: Any, said: list[str]) -> None:
    assert notes(body(*turns)) == said


def test_only_users_show_images() -> None:
    assert not has_images(
        {"messages": [{"role": "assistant", "content": [A]}, {"role": "user", "content": "x"}]}
    )
    assert has_images(body([text("x"), A]))
