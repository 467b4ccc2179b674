"""What is read of events."""

from __future__ import annotations

import json

import pytest

from ccr.errors import Broken
from ccr.protocols.openai_responses import wire


def test_a_delta() -> None:
    read = wire.event(b'{"type":"t","output_index":2,"content_index":1,"delta":"x","logprobs":[],"new":{}}')
    assert (read.type, read.output_index, read.content_index, read.delta) == ("t", 2, 1, "x")


def test_an_event_of_unknown_shape_is_known_by_its_type() -> None:
    assert (
        wire.event(b'{"type":"response.sparkle","delta":{"a":1},"output_index":"no"}').type
        == "response.sparkle"
    )
    assert wire.event(b"[1]").type == ""
    assert wire.event(b'{"delta":1,"type":').type == ""


def test_lone_surrogates_are_replaced() -> None:
    assert wire.event(b'{"type":"t","delta":"a\\ud83db"}').delta == "a\ufffdb"
    read = wire.event(b'{"type":"t","item":{"name":"\\ud83d"}}')
    assert wire.value(read.item) == {"name": "\ufffd"}


@pytest.mark.parametrize("data", [b'{"type":', b"{'type':1}"])
def test_what_is_no_json_is_a_broken_answer(data: bytes) -> None:
    with pytest.raises(Broken, match="not JSON"):
        wire.event(data)


def test_an_answer_is_read_as_far_as_it_is_one() -> None:
    whole = {"object": "response", "status": "completed", "output": [{"type": "message"}], "usage": None}
    answer = wire.answer(json.dumps(whole).encode())
    assert answer is not None
    assert answer.output == [{"type": "message"}]
    assert wire.answer(b"[]") is None
    assert wire.answer(b"<html>") is None
