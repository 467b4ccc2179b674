"""Event streams are cut the same way wherever their bytes are cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.wire.sse import SSE, Splitter, parse

CASES = {
    "plain data": (b"data: a\n\ndata: b\n\n", [SSE("", b"a"), SSE("", b"b")]),
    "a name": (b"event: x\ndata: a\n\n", [SSE("x", b"a")]),
    "no blank after the colon": (b"event:x\ndata:a\n\n", [SSE("x", b"a")]),
    "several data lines": (b"data: a\ndata: b\n\n", [SSE("", b"a\nb")]),
    "comments alone are nothing": (b": OPENROUTER PROCESSING\n\ndata: a\n\n", [SSE("", b"a")]),
    "CRLF": (b"event: x\r\ndata: a\r\n\r\ndata: b\r\n\r\n", [SSE("x", b"a"), SSE("", b"b")]),
    "CR alone": (b"data: a\r\rdata: b\r\r", [SSE("", b"a"), SSE("", b"b")]),
    "many blank lines": (b"\n\ndata: a\n\n\n\ndata: b\n\n", [SSE("", b"a"), SSE("", b"b")]),
    "no blank line at the end": (b"data: a\n\ndata: b", [SSE("", b"a"), SSE("", b"b")]),
    "one newline at the end": (b"data: a\n", [SSE("", b"a")]),
    "the error field of llama-box": (b'error: {"a":1}\n', [SSE("error", b'{"a":1}')]),
    "unknown fields": (b"id: 1\nretry: 5\ndata: a\n\n", [SSE("", b"a")]),
    "nothing": (b"", []),
}


def split(pieces: list[bytes]) -> list[SSE]:
    splitter = Splitter()
    events = [event for piece in pieces for event in splitter.feed(piece)]
    return events + splitter.end()


@pytest.mark.parametrize("name", CASES)
def test_a_stream_whole_and_byte_by_byte(name: str) -> None:
    wire, expected = CASES[name]
    assert split([wire]) == expected
    assert split([wire[i : i + 1] for i in range(len(wire))]) == expected


@given(st.sampled_from(sorted(CASES)), st.lists(st.integers(0, 80), max_size=6))
def test_cuts_do_not_matter(name: str, cuts: list[int]) -> None:
    wire, expected = CASES[name]
    edges = [0, *sorted(c for c in cuts if c < len(wire)), len(wire)]
    assert split([wire[a:b] for a, b in pairwise(edges)]) == expected


@given(
    st.lists(st.sampled_from([b"event: x", b"data: a", b"data: ", b":", b"\n", b"\r\n", b"\r"]), max_size=9)
)
def test_a_read_of_one_event_is_cut_as_any_other(tokens: list[bytes]) -> None:
    wire = b"".join(tokens)
    assert split([wire]) == split([wire[i : i + 1] for i in range(len(wire))])


@given(st.binary(max_size=200))
def test_any_bytes_are_taken(data: bytes) -> None:
    split([data[:7], data[7:]])


def test_a_block_without_data_is_no_event() -> None:
    assert parse(b"event: x") is None


def test_it_is_at_rest_between_events() -> None:
    splitter = Splitter()
    for data, rests in ((b"data: 1", False), (b"\n", False), (b"\n", True), (b"data: 2\n\nda", False)):
        splitter.feed(data)
        assert splitter.at_rest is rests
