"""What decoders share: streams and bodies, cut anywhere, ended well or not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import Batch
from ccr.anthropic.writer import BlockWriter
from ccr.errors import Broken, Overloaded, UpstreamError
from ccr.protocols.contract import SSEDecoder
from ccr.wire.sse import SSE
from tests.grammar import check


class Plain(SSEDecoder):
    """A language in which an event's data is text, ``end`` the end and ``fail`` an error."""

    def on_event(self, event: SSE) -> None:
        match event.data:
            case b"end":
                self.writer.finish("end_turn", {"input_tokens": 1, "output_tokens": 1})
                self.done = True
            case b"fail":
                raise Overloaded("too much", status=529)
            case data:
                self.writer.text(data.decode())

    def on_json(self, body: bytes) -> None:
        self.on_event(SSE("", body.strip(b'{"}')))
        self.on_event(SSE("", b"end"))


def decode(*pieces: bytes) -> tuple[Batch, UpstreamError | None]:
    decoder = Plain(BlockWriter("m"))
    batch = [event for piece in pieces for event in decoder.feed(piece)]
    return [*batch, *decoder.end()], decoder.failed


def text_of(*pieces: bytes) -> str:
    events, failed = decode(*pieces)
    assert failed is None
    text: str = check(events)["content"][0]["text"]
    return text


@given(st.lists(st.integers(0, 60), max_size=8))
def test_cuts_make_no_difference(cuts: list[int]) -> None:
    stream = "\ufeff: hello\n\ndata: Ü\n\ndata: ber\r\n\r\ndata: end\n\n".encode()
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    assert text_of(*(stream[a:b] for a, b in pairwise(edges))) == "Über"


def test_what_begins_like_json_is_a_body_and_needs_no_blank_line() -> None:
    assert text_of(b' \n{"He', b'llo"}') == "Hello"


def test_a_last_event_may_lack_its_blank_line() -> None:
    assert text_of(b"data: Hello\n\ndata: end") == "Hello"


def test_an_error_ends_the_answer_and_what_came_before_it_stands() -> None:
    events, failed = decode(b"data: Half\n\ndata: fail\n\ndata: more\n\n", b"data: more\n\n")
    assert isinstance(failed, Overloaded)
    assert "more" not in str(events)
    assert "Half" in str(events)


def test_nothing_is_read_behind_the_end() -> None:
    events, failed = decode(b"data: Hello\n\ndata: end\n\ndata: fail\n\n")
    assert failed is None
    assert check(events)["content"][0]["text"] == "Hello"


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (b"", "ended before"),
        (b"data: Half\n\n", "ended before"),
        (b"data: Ha", "ended before"),
        (b"upstream connect error\n", "no stream of events: upstream connect error"),
    ],
)
def test_a_stream_without_an_end_is_broken(stream: bytes, said: str) -> None:
    _, failed = decode(stream)
    assert isinstance(failed, Broken)
    assert said in failed.message


def test_the_turn_is_what_was_thought_and_called() -> None:
    decoder = Plain(BlockWriter("m"))
    decoder.writer.thinking("Hm.")
    decoder.writer.tool(0, "call_1", "Read")
    assert decoder.turn().tools == ("call_1",)
    assert decoder.turn().thinking[0]["thinking"] == "Hm."
