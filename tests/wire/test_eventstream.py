"""AWS's frames, as botocore writes and reads them."""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise
from typing import Any

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from ccr.wire import json
from ccr.wire.eventstream import BadFrame, Splitter, read_headers
from ccr.wire.sse import SSE


def header(name: str, value: bytes, kind: int = 7) -> bytes:
    length = len(value).to_bytes(2) if kind in (6, 7) else b""
    return bytes([len(name)]) + name.encode() + bytes([kind]) + length + value


def frame(headers: bytes, payload: bytes) -> bytes:
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    body = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return body + struct.pack(">I", zlib.crc32(body))


def event(name: str, payload: bytes = b"{}", kind: str = "event") -> bytes:
    key = ":event-type" if kind == "event" else ":exception-type"
    return frame(header(":message-type", kind.encode()) + header(key, name.encode()), payload)


def split(pieces: list[bytes]) -> list[SSE]:
    splitter = Splitter()
    return [found for piece in pieces for found in splitter.feed(piece)] + splitter.end()


def test_events_and_exceptions_come_with_their_names_and_payloads() -> None:
    stream = event("messageStart", b'{"role":"assistant"}') + event("throttlingException", b"{}", "exception")
    assert split([stream]) == [
        SSE("messageStart", b'{"role":"assistant"}'),
        SSE("throttlingException", b"{}"),
    ]


@given(st.data())
def test_frames_may_be_cut_anywhere(data: st.DataObject) -> None:
    events = data.draw(
        st.lists(
            st.tuples(st.text(st.characters(codec="utf-8"), max_size=5), st.binary(max_size=30)), max_size=5
        )
    )
    stream = b"".join(event(name, payload) for name, payload in events)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=9)))
    pieces = [stream[a:b] for a, b in pairwise([0, *cuts, len(stream)])]
    assert split(pieces) == [SSE(name, payload) for name, payload in events]


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=4))
def test_botocore_reads_the_same_payloads(payloads: list[bytes]) -> None:
    stream = b"".join(event("chunk", payload) for payload in payloads)
    buffer = EventStreamBuffer()
    buffer.add_data(stream)
    assert [message.payload for message in buffer] == [found.data for found in split([stream])]


HEADERS: dict[int, bytes] = {
    0: b"",
    1: b"",
    2: b"x",
    3: b"xx",
    4: b"x" * 4,
    5: b"x" * 8,
    8: b"x" * 8,
    9: b"x" * 16,
}


@pytest.mark.parametrize(("kind", "value"), [*HEADERS.items(), (6, b"bytes"), (6, b"")])
def test_headers_of_every_type_are_stepped_over(kind: int, value: bytes) -> None:
    raw = header("odd", value, kind) + header(":event-type", b"chunk")
    assert read_headers(raw) == {":event-type": "chunk"}


@pytest.mark.parametrize(
    "raw", [b"\x03a", b"\x01a\x0a", header("a", b"bc")[:-1], b"\x01a", b"\x01\xff\x07\x00\x00"]
)
def test_headers_that_make_no_sense_are_refused(raw: bytes) -> None:
    with pytest.raises(BadFrame):
        read_headers(raw)


def test_an_error_message_is_an_event_that_says_it() -> None:
    headers = [(":message-type", "error"), (":error-code", "InternalError"), (":error-message", "Ouch.")]
    (found,) = split([frame(b"".join(header(name, value.encode()) for name, value in headers), b"")])
    assert found.event == "error"
    assert json.decode(found.data) == {"message": "Ouch.", "code": "InternalError"}


def spoiled(at: int) -> bytes:
    stream = bytearray(event("chunk", b"payload") * 2)
    stream[at] ^= 1
    return bytes(stream)


@pytest.mark.parametrize("at", [0, 3, 5, 9, 20, len(event("chunk", b"payload")) - 1])
def test_a_damaged_frame_is_an_error_and_nothing_is_read_after_it(at: int) -> None:
    assert [found.event for found in split([spoiled(at)])] == ["error"]
    assert [found.event for found in split([spoiled(at)[i : i + 1] for i in range(len(spoiled(at)))])] == [
        "error"
    ]


@pytest.mark.parametrize("total", [15, 1 << 25, 0xFFFFFFFF])
def test_no_frame_is_waited_for_that_is_too_large_or_too_small(total: int) -> None:
    prelude = struct.pack(">II", total, 0)
    splitter = Splitter()
    (found,) = splitter.feed(prelude + struct.pack(">I", zlib.crc32(prelude)) + bytes(8))
    assert found.event == "error"
    assert splitter.feed(bytes(1 << 16)) == []


def test_a_stream_that_ends_inside_a_frame_says_so() -> None:
    events = split([event("chunk")[:-1]])
    assert [found.event for found in events] == ["error"]
    assert "cut off" in json.decode(events[0].data)["message"]


def test_kinds_of_headers_are_remembered_without_bound_to_their_number() -> None:
    splitter = Splitter()
    names = [f"kind-{n}" for n in range(500)]
    found: list[Any] = [splitter.feed(event(name))[0].event for name in names]
    assert found == names
    assert len(splitter._names) < 100
