"""Blocks are numbered without gaps whatever is made, joined or dropped."""

from __future__ import annotations

from ccr.anthropic.events import BlockDelta, BlockStart, BlockStop, Event, MessageStart, Opaque
from ccr.transformers.blocks import Blocks
from tests.grammar import check
from tests.transformers.streams import call, stream, text


def relayed(blocks: Blocks, events: list[Event]) -> list[Event]:
    return [new for event in events for new in blocks.relay(event)]


def test_a_stream_that_nobody_edits_says_the_same() -> None:
    events = stream(text("hello"), call(), call("Write", "toolu_2", path="x"))
    assert relayed(Blocks(), events) == events


def test_an_event_under_its_old_number_is_the_very_same_object() -> None:
    """So that what only looked typed, but carries more, is not lost."""
    start = Opaque(
        "x", b'data: {"type":"content_block_start","index":0,"content_block":{"type":"text"},"new":1}\n\n'
    )
    delta = Opaque(
        "x", b'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta"},"new":1}\n\n'
    )
    assert relayed(Blocks(), [start, delta]) == [start, delta]


def test_blocks_after_a_new_one_move_up() -> None:
    first, *rest = stream(call(), stop_reason="tool_use")
    blocks = Blocks()
    made = [*blocks.relay(first), *blocks.text("before")]
    content = check([*made, *relayed(blocks, rest)])["content"]
    assert content == [text("before"), call()]


def test_text_that_follows_text_at_once_continues_it() -> None:
    *events, ending, stop = stream(text("one"))
    blocks = Blocks()
    made = [*relayed(blocks, events), *blocks.text(" two"), *blocks.relay(ending), *blocks.relay(stop)]
    assert check(made)["content"] == [text("one two")]


def test_a_block_may_end_with_deltas_of_its_own() -> None:
    blocks = Blocks()
    begun = blocks.begin({"type": "thinking"}, [{"type": "signature_delta", "signature": "s"}])
    ended = blocks.begin({"type": "text", "text": ""})
    assert begun == [BlockStart(0, {"type": "thinking"})]
    assert ended == [
        BlockDelta(0, {"type": "signature_delta", "signature": "s"}),
        BlockStop(0),
        BlockStart(1, {"type": "text", "text": ""}),
    ]
    assert blocks.close() == [BlockStop(1)]
    assert blocks.close() == []


def test_only_blocks_are_numbered() -> None:
    start = MessageStart({"role": "assistant"})
    assert Blocks().relay(start) == [start]
