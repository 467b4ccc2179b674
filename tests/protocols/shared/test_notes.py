"""What cannot be carried is told twice: to the model and in the notes."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.protocols.shared.notes import left_out, missing
from tests.protocols.support import PDF, PNG, a_call


@pytest.mark.parametrize(
    ("piece", "told"),
    [
        (
            {"type": "image", "source": {"type": "base64", "data": PNG}},
            "[An image was here, but this model is blind.]",
        ),
        (
            {"type": "image", "source": {"type": "url", "url": "https://a.example/x"}},
            "[An image is at https://a.example/x, but this model is blind.]",
        ),
        (
            {"type": "document", "title": "Plan", "source": {"type": "base64", "data": PDF}},
            "[A document (Plan.pdf) was here, but this model is blind.]",
        ),
    ],
)
def test_a_note_stands_in_the_place(piece: dict[str, Any], told: str) -> None:
    call = a_call("cohere")
    assert missing(call, piece, "is blind") == {"type": "text", "text": told}
    missing(call, piece, "is blind")
    assert call.notes == ["is blind"]


def test_tools_of_anthropic_are_named() -> None:
    call = a_call(
        "cohere", {"tools": [{"type": "web_search_20250305", "name": "web_search"}, {"name": "Read"}]}
    )
    left_out(call)
    assert call.notes == ["left out tools that only Anthropic runs: web_search"]
    plain = a_call("cohere")
    left_out(plain)
    assert plain.notes == []
