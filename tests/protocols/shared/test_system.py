"""The system prompt without the line that only Anthropic's endpoint reads."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.protocols.shared.system import system_blocks, system_text

BILLING = "x-anthropic-billing-header: cc_version=2.1.329.abc; cc_entrypoint=cli;"


@pytest.mark.parametrize(
    ("system", "text"),
    [
        (None, ""),
        ("", ""),
        ("Be terse.", "Be terse."),
        (BILLING, ""),
        (f"{BILLING}\n\nBe terse.", "Be terse."),
        ([{"type": "text", "text": BILLING}, {"type": "text", "text": "Be terse."}], "Be terse."),
        ([{"type": "text", "text": text} for text in ("One.", "", "Two.")], "One.\n\nTwo."),
        ([{"type": "text", "text": None}, 3], ""),
    ],
)  # fmt: skip
def test_what_is_left_of_a_system_prompt(system: Any, text: str) -> None:
    assert system_text({"system": system}) == text


def test_blocks_keep_their_marks() -> None:
    block = {"type": "text", "text": "Be terse.", "cache_control": {"type": "ephemeral"}}
    assert system_blocks({"system": [block]}) == [block]
