"""Lines of JSON, cut anywhere."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ccr.wire.ndjson import Splitter
from ccr.wire.sse import SSE


@given(st.data())
def test_lines_are_events_however_they_are_cut(data: st.DataObject) -> None:
    texts = st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1).filter(str.strip)
    lines = [line.encode() for line in data.draw(st.lists(texts, max_size=5))]
    stream = b"\n".join(lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=9)))
    splitter = Splitter()
    pieces = [stream[a:b] for a, b in pairwise([0, *cuts, len(stream)])]
    found = [event for piece in pieces for event in splitter.feed(piece)] + splitter.end()
    assert [event.data.strip() for event in found] == [line.strip() for line in lines]


def test_blank_lines_and_carriage_returns_mean_nothing() -> None:
    splitter = Splitter()
    assert splitter.feed(b'{"a":1}\r\n\r\n\n{"b"') == [SSE("", b'{"a":1}\r')]
    assert splitter.feed(b":2}") == []
    assert splitter.end() == [SSE("", b'{"b":2}')]
    assert splitter.end() == []
