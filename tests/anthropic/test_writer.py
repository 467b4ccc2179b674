"""Whatever order fragments come in, the stream is valid and nothing is lost."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import Event, MessageStart
from ccr.anthropic.message import assemble, replay
from ccr.anthropic.turns import Turn
from ccr.anthropic.writer import BlockWriter
from tests.grammar import check

USAGE = {"input_tokens": 1, "output_tokens": 2}


def finish(writer: BlockWriter, reason: str = "end_turn") -> tuple[list[Event], dict[str, Any]]:
    writer.finish(reason, USAGE)
    events = writer.take()
    return events, check(events)


def test_nothing_is_said_before_there_is_content() -> None:
    writer = BlockWriter("m")
    writer.text("")
    writer.text(" \n")
    writer.thinking("")
    assert writer.take() == []


def test_white_space_is_kept_within_and_dropped_at_the_ends() -> None:
    writer = BlockWriter("m")
    for piece in ("\n", "a", "\n", " b", "\n"):
        writer.text(piece)
    _, message = finish(writer)
    assert message["content"] == [{"type": "text", "text": "\na\n b\n"}]


def test_white_space_between_reasoning_and_a_call_opens_no_block() -> None:
    writer = BlockWriter("m")
    writer.text("\n")
    writer.thinking("hm")
    writer.text("\n")
    writer.tool(0, "call_a", "t")
    _, message = finish(writer)
    assert [b["type"] for b in message["content"]] == ["thinking", "tool_use"]


def test_text_after_a_call_opens_a_new_block() -> None:
    writer = BlockWriter("m")
    writer.text("a")
    writer.tool(0, "c", "t")
    writer.arguments(0, "{}")
    writer.text("b")
    _, message = finish(writer)
    assert [b["type"] for b in message["content"]] == ["text", "tool_use", "text"]


def test_tool_use_is_said_if_and_only_if_there_is_a_call() -> None:
    for reason in ("end_turn", "tool_use"):
        without, with_call = BlockWriter("m"), BlockWriter("m")
        with_call.tool(0, "c", "t")
        assert finish(without, reason)[1]["stop_reason"] == "end_turn"
        assert finish(with_call, reason)[1]["stop_reason"] == "tool_use"
    cut = BlockWriter("m")
    cut.tool(0, "c", "t")
    assert finish(cut, "max_tokens")[1]["stop_reason"] == "max_tokens"


def test_thinking_after_a_signature_is_a_block_of_its_own() -> None:
    writer = BlockWriter("m")
    writer.thinking("a")
    writer.signature("s")
    writer.thinking("b")
    _, message = finish(writer)
    assert [(b["thinking"], b["signature"]) for b in message["content"]] == [("a", "s"), ("b", "")]
    assert writer.turn() == Turn(tuple(message["content"]), (), USAGE, places=(0, 1))


def test_a_repeated_id_of_the_conversation_is_not_used_again() -> None:
    writer = BlockWriter("m", lambda: {"call_0"})
    first, second = writer.tool(0, "call_0", "t"), writer.tool(1, "call_0", "t")
    assert len({"call_0", first, second}) == 3


def test_an_empty_answer_is_a_valid_message() -> None:
    events, message = finish(BlockWriter("m"))
    assert isinstance(events[0], MessageStart)
    assert (message["content"], message["usage"]) == ([], USAGE)


calls = st.lists(
    st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=5), max_size=3),
    min_size=1,
    max_size=4,
)


@given(calls, st.randoms())
def test_interleaved_calls_come_out_whole_and_in_order(arguments: list[dict[str, Any]], random: Any) -> None:
    texts = [json.dumps(a) for a in arguments]
    rests, writer = dict(enumerate(texts)), BlockWriter("m")
    for key in rests:
        writer.tool(key, f"id{key}", "t")
    while rests:
        key = random.choice(sorted(rests))
        size = random.randint(1, 4)
        writer.arguments(key, rests[key][:size])
        rests[key] = rests[key][size:]
        if not rests[key]:
            del rests[key]
    _, message = finish(writer)
    assert [b["input"] for b in message["content"]] == arguments
    assert [b["id"] for b in message["content"]] == [f"id{k}" for k in range(len(texts))]
    assert assemble(replay(message)) == message


def test_the_first_call_streams_while_others_wait() -> None:
    writer = BlockWriter("m")
    writer.tool(0, "a", "t")
    writer.arguments(0, '{"x":')
    writer.tool(1, "b", "t")
    writer.take()
    writer.arguments(1, "{}")
    assert writer.take() == []
    writer.arguments(0, "1}")
    assert [type(e).__name__ for e in writer.take()] == [
        "BlockDelta",
        "BlockStop",
        "BlockStart",
        "BlockDelta",
    ]


def test_sealed_text_takes_no_more() -> None:
    writer = BlockWriter("m")
    writer.seal_text()
    writer.text("I will look.")
    writer.seal_text()
    writer.text("Here ")
    writer.text("it is.")
    _, message = finish(writer)
    assert [b["text"] for b in message["content"]] == ["I will look.", "Here it is."]


def test_more_of_a_text_is_what_text_and_take_give() -> None:
    writer, other = BlockWriter("m"), BlockWriter("m")
    for each in (writer, other):
        assert not each.in_text
        each.text("one")
        each.take()
        assert each.in_text
    other.text(" two")
    assert writer.more(" two") == other.take()
    writer.seal_text()
    assert not writer.in_text
