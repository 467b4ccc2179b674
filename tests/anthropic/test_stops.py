"""A stop sequence ends the answer wherever its characters are cut."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import Event
from ccr.anthropic.message import assemble
from ccr.anthropic.stops import StopGuard
from ccr.anthropic.writer import BlockWriter

USAGE = {"input_tokens": 3, "output_tokens": 4}


def said(pieces: list[str], sequences: list[str]) -> tuple[str, str, str | None]:
    writer, guard = BlockWriter("m"), StopGuard(sequences, 9)
    events: list[Event] = []
    for piece in pieces:
        writer.text(piece)
        events += guard.filter(writer.take())
    writer.finish("end_turn", USAGE)
    events += guard.filter(writer.take())
    message = assemble(events)
    text = "".join(b["text"] for b in message["content"])
    return text, message["stop_reason"], message["stop_sequence"]


@given(
    st.text("ab<", max_size=30),
    st.lists(st.text("ab<", min_size=1, max_size=4), min_size=1, max_size=3),
    st.randoms(),
)
def test_the_text_ends_before_the_sequence_that_is_complete_first(
    text: str, sequences: list[str], random: object
) -> None:
    text = "x" + text
    cuts = sorted({0, len(text), *(random.randint(0, len(text)) for _ in range(4))})  # type: ignore[attr-defined]
    pieces = [text[a:b] for a, b in itertools.pairwise(cuts)]
    got, reason, sequence = said(pieces, sequences)
    places = [(text.find(s) + len(s), text.find(s), s) for s in sequences if s in text]
    if places:
        _, start, first = min(places)
        assert (got, reason, sequence) == (text[:start], "stop_sequence", first)
    else:
        assert (got, reason, sequence) == (text, "end_turn", None)


def test_a_call_is_never_looked_into() -> None:
    writer, guard = BlockWriter("m"), StopGuard(["stop"])
    writer.tool(0, "c", "t")
    writer.arguments(0, '{"a":"stop"}')
    writer.finish("end_turn", USAGE)
    assert assemble(guard.filter(writer.take()))["content"][0]["input"] == {"a": "stop"}
