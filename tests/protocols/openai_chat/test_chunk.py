"""Chunks are read for what is needed, and no oddity elsewhere matters."""

from __future__ import annotations

import pytest

from ccr.protocols.openai_chat.chunk import read, text_alone, thought_signature
from ccr.wire.json import JSONError, encode


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


def event(content: str, **more: object) -> bytes:
    choice = {"index": 0, "delta": {"content": content, **more}, "finish_reason": None}
    return b"data: " + encode({"object": "chat.completion.chunk", "choices": [choice]}) + b"\n\n"


def test_events_of_text_alone_are_their_text() -> None:
    assert text_alone(event("a")) == "a"
    assert text_alone(event("a") + event("b\n\nc") + event(" d")) == "ab\n\nc d"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        event("a")[:-1],
        event("a") + event("b")[:-1],
        event("a") + b"data: [DONE]\n\n",
        event("a") + event(""),
        event("a") + event("b", reasoning="c"),
        event("a", tool_calls=[{"id": "x"}]) + event("b"),
        event("a") + b": a remark\n\n",
        event("a") + b"event: error\n" + event("b"),
        event("a").replace(b"}]}", b"}]\n}") + event("b"),
        event("a")[:-1] + b"id: 3\n\n" + event("b"),
        event("a") + b"\n" + event("b"),
        event("a") + b'data: {"error":{"message":"x"}}\n\n',
        event("a").replace(b"\n", b"\r\n"),
    ],
)
def test_anything_else_is_for_the_whole_decoder(data: bytes) -> None:
    assert text_alone(data) == ""
