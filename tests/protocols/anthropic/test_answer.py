"""Anthropic's answers: relayed byte for byte however they are cut, errors word for word."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import Opaque, sse
from ccr.anthropic.message import assemble, replay
from ccr.config.provider import Provider
from ccr.errors import Broken, Overloaded, Rejected
from ccr.exchange import Call, Target
from ccr.protocols.anthropic.answer import AnthropicDecoder, RelayDecoder, anthropic_error
from tests.anthropic.test_message import MESSAGE

CALL = Call(Target(Provider("p", "http://x", "anthropic"), "m"), {}, stream=True)
WIRE = b": hi\n\n" + b"".join(map(sse, replay(MESSAGE))).replace(
    b"event: message_stop", b"event: ping\ndata: {}\n\nevent: message_stop"
)


def relayed(pieces: list[bytes]) -> tuple[bytes, RelayDecoder]:
    decoder = RelayDecoder(CALL)
    out = b"".join(sse(e) for piece in pieces for e in decoder.feed(piece))
    return out + b"".join(map(sse, decoder.end())), decoder


@given(st.lists(st.integers(1, len(WIRE) - 1), max_size=8))
def test_a_relay_gives_back_the_same_bytes(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(WIRE)]
    out, decoder = relayed([WIRE[a:b] for a, b in itertools.pairwise(edges)])
    assert out == WIRE
    assert decoder.done
    assert decoder.failed is None


def test_a_relay_byte_by_byte() -> None:
    assert relayed([WIRE[i : i + 1] for i in range(len(WIRE))])[0] == WIRE


def test_crlf_is_taken_too() -> None:
    out, decoder = relayed([WIRE.replace(b"\n", b"\r\n")])
    assert out == WIRE
    assert decoder.done


def test_the_turn_of_a_relayed_answer_is_known() -> None:
    turn = relayed([WIRE])[1].turn()
    assert [b.get("signature") for b in turn.thinking] == ["s", None]
    assert turn.usage == MESSAGE["usage"]


def test_typed_events_make_the_same_message() -> None:
    decoder = AnthropicDecoder(CALL)
    assert assemble([*decoder.feed(WIRE), *decoder.end()]) == MESSAGE
    whole = AnthropicDecoder(CALL)
    assert assemble([*whole.feed(json.dumps(MESSAGE).encode()), *whole.end()]) == MESSAGE


def test_a_json_answer_is_one_carried_message() -> None:
    body = json.dumps(MESSAGE, indent=2).encode()
    decoder = RelayDecoder(CALL)
    assert decoder.feed(body[:9]) == decoder.feed(body[9:]) == []
    assert decoder.end() == [Opaque("message", body)]


@pytest.mark.parametrize("decoder_type", [RelayDecoder, AnthropicDecoder])
@pytest.mark.parametrize(
    "wire", [WIRE[:-50], b"", b"<html>no</html>", b"{}", b'{"content"', b": only comments\n\n"]
)
def test_what_is_no_whole_answer_is_broken(decoder_type: Any, wire: bytes) -> None:
    decoder = decoder_type(CALL)
    decoder.feed(wire)
    decoder.end()
    assert isinstance(decoder.failed, Broken)
    assert not decoder.done


@pytest.mark.parametrize("decoder_type", [RelayDecoder, AnthropicDecoder])
@pytest.mark.parametrize("cut", range(3, 51))
def test_half_an_event_is_none(decoder_type: Any, cut: int) -> None:
    """Above all not the last one: an answer would seem to be whole."""
    assert WIRE[-51:].startswith(b"event: message_stop")
    decoder = decoder_type(CALL)
    events = [*decoder.feed(WIRE[:-cut]), *decoder.end()]
    assert isinstance(decoder.failed, Broken)
    assert b"message_stop" not in b"".join(map(sse, events))


@pytest.mark.parametrize("decoder_type", [RelayDecoder, AnthropicDecoder])
def test_an_event_that_is_no_json_is_not_passed_on(decoder_type: Any) -> None:
    decoder = decoder_type(CALL)
    start, *_ = WIRE.partition(b"event: ping")
    events = decoder.feed(start + b"event: content_block_delta\ndata: {what]\n\n" + WIRE)
    assert b"what" not in b"".join(map(sse, events))
    assert isinstance(decoder.failed, Broken)


@pytest.mark.parametrize("decoder_type", [RelayDecoder, AnthropicDecoder])
@pytest.mark.parametrize("framed", [True, False])
def test_an_error_inside_a_200_is_that_error_word_for_word(decoder_type: Any, framed: bool) -> None:
    body = b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"r"}'
    decoder = decoder_type(CALL)
    decoder.feed(b"event: error\ndata: " + body + b"\n\n" if framed else body)
    decoder.end()
    assert isinstance(decoder.failed, Overloaded)
    assert (decoder.failed.status, decoder.failed.body("x")) == (529, body)


def test_an_error_that_is_not_anthropics_is_quoted() -> None:
    error = anthropic_error(404, {"retry-after": "3", "server": "x"}, b"<h1>lost</h1>", "p")
    assert isinstance(error, Rejected)
    assert "lost" in error.message
    assert error.headers == {"retry-after": "3"}
    assert json.loads(error.body("r"))["error"]["type"] == "not_found_error"
    assert anthropic_error(500, {}, b"", "p").message
