"""Chunks are read for what is needed, and no oddity elsewhere matters."""

from __future__ import annotations

import pytest

from ccr.protocols.openai_chat.chunk import read, thought_signature
from ccr.wire.json import JSONError


def test_unknown_keys_and_huge_numbers_are_skipped() -> None:
    data = (
        b'{"seed":99999999999999999999999,"choices":[{"seed":1e400,"delta":{"content":"a","token_id":null}}]}'
    )
    found = read(data)
    assert found.choices
    assert found.choices[0]
    assert found.choices[0].delta
    assert found.choices[0].delta.content == "a"


def test_lone_surrogates_are_replaced() -> None:
    found = read(b'{"choices":[{"delta":{"content":"a\\ud83d"}}]}')
    assert found.choices
    assert found.choices[0]
    assert found.choices[0].delta
    assert found.choices[0].delta.content == "a\ufffd"


@pytest.mark.parametrize("data", [b"{", b'{"choices":3}', b'{"choices":[{"delta":"text"}]}'])
def test_what_is_no_chunk_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(JSONError):
        read(data)


def test_signatures_are_strings() -> None:
    assert thought_signature({"google": {"thought_signature": "c2ln"}}) == "c2ln"
    assert [
        thought_signature(odd) for odd in (None, {"google": 3}, {"google": {"thought_signature": 3}})
    ] == [""] * 3
