"""``continue``: one valid message out of an answer that broke and those that went on, or the break, told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import Batches, BlockDelta, Event, MessageDelta, MessageStart, Opaque
from ccr.anthropic.message import assemble
from ccr.errors import Broken, NoRoute
from ccr.upstream.resume import Continued
from ccr.wire import json
from tests.upstream.streams import Source, all_of, begin, cut, end, relayed, text, thinking, tool

TEXT = "One two three, four five six; seven eight nine ten. Eleven twelve."
PIECES = [TEXT[at : at + 4] for at in range(0, len(TEXT), 4)]
FIRST = [begin(), *thinking("hm", index=0), *text(*PIECES, index=1), *end()]
CALLED = [begin(), *text(*PIECES), *tool('{"a', '":1}', index=1), *end("tool_use")]


class Others:
    """Targets that go on: each gives what comes behind the text it is asked to go on with."""

    def __init__(self, rest: Sequence[Event] = (), *, strip: bool = False, breaks: int = 0) -> None:
        self.asked: list[str] = []
        self.sources: list[Source] = []
        self._rest = rest
        self._strip = strip
        self._breaks = breaks

    async def __call__(self, said: str) -> Batches:
        self.asked.append(said)
        tail = TEXT[len(said.rstrip()) :]
        tail = tail.lstrip() if self._strip else tail
        events = [begin(), *thinking("again"), *text(*_pieces(tail), index=1), *(self._rest or end(output=3))]
        broken = len(self.asked) <= self._breaks
        batches = cut(events, ())
        self.sources.append(Source(batches[:9] if broken else batches, Broken("again") if broken else "end"))
        return self.sources[-1].stream()


def _pieces(said: str) -> list[str]:
    return [said[at : at + 3] for at in range(0, len(said), 3)]


def read(first: Source, others: Any, most: int = 2) -> list[Event]:
    return asyncio.run(all_of(Continued(first.stream(), others, most)))


@given(st.integers(8, len(FIRST) - 3), st.booleans(), st.booleans(), st.integers(0, 1))
def test_no_character_is_lost_or_doubled_wherever_it_breaks(
    length: int, relay: bool, strip: bool, breaks: int
) -> None:
    events = (relayed(FIRST) if relay else FIRST)[:length]
    first, others = Source(cut(events, ()), Broken("torn")), Others(strip=strip, breaks=breaks)
    message = assemble(read(first, others))
    assert [b.get("text") or b.get("thinking") for b in message["content"]] == ["hm", TEXT]
    assert message["stop_reason"] == "end_turn"
    assert len(others.asked) == 1 + breaks
    assert all(source.closed == 1 for source in [first, *others.sources])


@given(st.integers(0, 6), st.booleans())
def test_before_the_first_word_there_is_nothing_to_go_on_with(length: int, relay: bool) -> None:
    first, others = Source([(relayed(FIRST) if relay else FIRST)[:length]], Broken("torn")), Others()
    with pytest.raises(Broken, match="torn"):
        read(first, others)
    assert (first.closed, others.asked) == (1, [])


@given(st.lists(st.integers(1, 5)), st.booleans())
def test_an_answer_that_does_not_break_makes_the_same_message(sizes: list[int], relay: bool) -> None:
    for events in (FIRST, CALLED):
        source, others = Source(cut(relayed(events) if relay else events, sizes)), Others()
        assert assemble(read(source, others)) == assemble(events)
        assert (source.closed, others.asked) == (1, [])


@given(st.integers(1, len(CALLED) - 3))
def test_a_call_is_shown_whole_or_not_at_all(length: int) -> None:
    """The target that goes on makes the call that broke."""
    rest = [*tool('{"a":', "1}", index=2, id="toolu_2"), *end("tool_use")]
    first, others = Source(cut(CALLED[:length], ()), Broken("torn")), Others(rest)
    if length < 5:  # no word was out yet
        return
    if CALLED[length - 1] == CALLED[-3]:  # the first call was whole
        with pytest.raises(Broken, match="torn"):
            read(first, others)
        return
    message = assemble(read(first, others))
    assert [block["type"] for block in message["content"]] == ["text", "tool_use"]
    assert message["content"][0]["text"] == TEXT
    assert message["content"][1] == {"type": "tool_use", "id": "toolu_2", "name": "Read", "input": {"a": 1}}


def test_the_message_begins_once_and_its_usage_is_that_of_all() -> None:
    seen = read(Source(cut(FIRST[:12], ()), Broken("torn")), Others())
    assert sum(isinstance(event, MessageStart) for event in seen) == 1
    ending = next(event for event in seen if isinstance(event, MessageDelta))
    assert ending.usage["input_tokens"] == 20
    assert [one["input_tokens"] for one in ending.usage["iterations"]] == [10, 10]
    assert ending.usage["output_tokens"] == sum(one["output_tokens"] for one in ending.usage["iterations"])


def test_what_nobody_goes_on_with_breaks_with_its_own_error() -> None:
    async def nobody(_: str) -> Batches:
        raise NoRoute("nobody")

    for again, most in ((nobody, 2), (Others(), 0)):
        source = Source(cut(FIRST[:12], ()), Broken("torn"))
        with pytest.raises(Broken, match="torn"):
            read(source, again, most)
        assert source.closed == 1


async def test_before_it_breaks_for_good_all_of_the_text_is_out() -> None:
    async def nobody(_: str) -> Batches:
        raise NoRoute("nobody")

    batches = Continued(Source(cut(FIRST[:9], ()), Broken("torn")).stream(), nobody)
    seen: list[Event] = []

    async def gather() -> None:
        async for batch in batches:
            seen.extend(batch)

    with pytest.raises(Broken):
        await gather()
    said = [e.delta.get("text", "") for e in seen if isinstance(e, BlockDelta)]
    assert "".join(said) == "".join(PIECES[:3])


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_thinking_that_broke_after_a_text_is_closed(length: int) -> None:
    events = [begin(), *text(*PIECES[:5]), *thinking("hm", index=1)[:length]]
    message = assemble(read(Source([events], Broken("torn")), Others()))
    assert [block["type"] for block in message["content"]] == ["text", "thinking", "text"]
    assert message["content"][0]["text"] + message["content"][2]["text"].lstrip() == TEXT


@pytest.mark.parametrize(
    ("breaks", "told"), [(0, [(None, True)]), (9, [("again", False)])], ids=["whole", "broken"]
)
def test_how_it_ended_is_told_once(breaks: int, told: list[Any]) -> None:
    seen: list[Any] = []
    source, others = Source(cut(FIRST[:12], ()), Broken("torn")), Others(breaks=breaks)
    batches = Continued(
        source.stream(),
        others,
        over=lambda error, whole: seen.append((error.message if error else None, whole)),
    )
    with suppress(Broken):
        asyncio.run(all_of(batches))
    asyncio.run(batches.aclose())
    assert seen == told


async def test_who_does_not_read_it_to_its_end_is_told_of() -> None:
    seen: list[Any] = []
    batches = Continued(
        Source(cut(FIRST, ())).stream(), Others(), over=lambda error, whole: seen.append((error, whole))
    )
    await anext(batches)
    await batches.aclose()
    assert seen == [(None, False)]


def test_it_breaks_for_good_after_so_many_times() -> None:
    first, others = Source(cut(FIRST[:12], ()), Broken("torn")), Others(breaks=9)
    with pytest.raises(Broken, match="again"):
        read(first, others)
    assert len(others.asked) == 2
    assert all(source.closed == 1 for source in [first, *others.sources])


def test_a_target_that_does_not_stream_may_go_on() -> None:
    async def whole(said: str) -> Batches:
        content = [{"type": "text", "text": TEXT[len(said.rstrip()) :]}]
        message = {"content": content, "stop_reason": "end_turn", "usage": {"output_tokens": 1}}
        return Source([[Opaque("message", json.encode(message))]]).stream()

    message = assemble(read(Source(cut(FIRST[:12], ()), Broken("torn")), whole))
    assert message["content"][1]["text"] == TEXT


def test_a_text_that_was_all_said_may_end_without_a_word_more() -> None:
    async def silent(_: str) -> Batches:
        return Source([[begin(), *end("max_tokens")]]).stream()

    message = assemble(read(Source([FIRST[:-2]], Broken("torn")), silent))
    assert (message["content"][1]["text"], message["stop_reason"]) == (TEXT, "max_tokens")


@given(st.integers(1, 60))
def test_whoever_leaves_at_any_moment_leaves_nothing_open(steps: int) -> None:
    first, others = Source(cut(FIRST[:12], ()), Broken("torn"), turns=1), Others(breaks=1)

    async def leave() -> None:
        task = asyncio.ensure_future(all_of(Continued(first.stream(), others)))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})

    asyncio.run(leave())
    assert all(source.closed == source.begun for source in [first, *others.sources])
