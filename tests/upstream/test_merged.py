"""Fewer events say the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import Batch, BlockDelta, Event, Opaque, Ping, sse
from ccr.anthropic.message import assemble
from ccr.upstream.merged import merged
from tests.upstream.streams import begin, cut, end, text

DELTAS = st.sampled_from(
    [
        {"type": "text_delta", "text": "a"},
        {"type": "text_delta", "text": ""},
        {"type": "thinking_delta", "thinking": "b"},
        {"type": "input_json_delta", "partial_json": "{"},
        {"type": "text_delta", "text": "a", "more": 1},
        {"type": "text_delta", "text": None},
        {"type": "citations_delta", "citation": {}},
        {"type": "signature_delta", "signature": "s"},
    ]
)
EVENTS = st.builds(BlockDelta, st.integers(0, 1), DELTAS) | st.builds(Ping) | st.just(Opaque("x", b"raw"))


def said(events: Batch) -> list[tuple[Any, ...]]:
    """What is said, letter by letter, each with what it is a piece of."""
    found: list[tuple[Any, ...]] = []
    for event in events:
        delta = event.delta if isinstance(event, BlockDelta) else {}
        field = str(delta.get("type", "")).removesuffix("_delta")
        letters = delta.get({"input_json": "partial_json"}.get(field, field))
        if (
            isinstance(event, BlockDelta)
            and isinstance(letters, str)
            and len(delta) == 2
            and field != "signature"
        ):
            found += [(event.index, field, letter) for letter in letters]
        elif isinstance(event, Opaque):
            found += [("raw", byte) for byte in event.raw]
        else:
            found.append((repr(event),))
    return found


@given(st.lists(st.lists(EVENTS, max_size=5), max_size=5))
def test_nothing_is_lost_and_nothing_changes_places(batches: list[list[Event]]) -> None:
    assert said(merged(batches)) == said([event for batch in batches for event in batch])


def test_a_message_stays_what_it_is() -> None:
    events = [begin(), *text(*"a long answer"), *end()]
    few = merged(cut(events, ()))
    assert assemble(few) == assemble(events)
    assert len(few) < len(events) / 2


def test_relayed_bytes_stay_bytes() -> None:
    events: list[Event] = [Opaque("ping", sse(Ping())), Opaque("", b"data: x\n\n")]
    assert b"".join(map(sse, merged([events]))) == b"".join(map(sse, events))


def test_a_whole_message_is_never_joined_with_anything() -> None:
    events: list[Event] = [Opaque("message", b"{}"), Opaque("message", b"{}")]
    assert merged([events]) == events
