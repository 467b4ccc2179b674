"""The commit gate: nothing goes on before there is content; nothing is lost, changed or left open by it."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import Batches, Event, Ping
from ccr.config.resilience import Gate
from ccr.errors import Broken, Unreachable
from ccr.upstream.gate import Empty, committed
from tests.upstream.streams import Source, all_of, begin, cut, end, relayed, text, thinking, tool

GATE = Gate()
ANSWER = [begin(), *thinking("hm", "m"), *text("One ", "two", index=1), *tool('{"a', '":1}', index=2), *end()]
NOTHING = [begin(), Ping(), *thinking(), *text(" ", index=1)]
SOON = Gate(hold_ms=1)


@given(st.lists(st.integers(1, 6)), st.booleans(), st.integers(0, 2))
def test_the_answer_comes_through_whole_however_it_is_cut(sizes: list[int], relay: bool, turns: int) -> None:
    events = relayed(ANSWER) if relay else ANSWER
    source = Source(cut(events, sizes), turns=turns)
    assert asyncio.run(gated(source)) == events
    assert source.closed == 1


async def gated(source: Source, gate: Gate = GATE, *, last: bool = False) -> list[Event]:
    return await all_of(await committed(source.stream(), gate, last=last))


@pytest.mark.parametrize("events", [ANSWER, relayed(ANSWER)])
async def test_it_is_committed_with_the_first_content_and_not_before(events: list[Event]) -> None:
    source = Source(cut(events, ()))
    batches = await committed(source.stream(), GATE)
    assert source.given == 3  # the start of the message, that of the block, the first thought
    assert await anext(batches) == events[:3]
    assert source.given == 3
    await batches.aclose()
    assert source.closed == 1


@given(st.integers(0, len(NOTHING)), st.lists(st.integers(1, 4)), st.booleans())
def test_a_failure_before_content_is_a_failure(length: int, sizes: list[int], relay: bool) -> None:
    events = (relayed(NOTHING) if relay else NOTHING)[:length]
    source = Source(cut(events, sizes), then=Broken("torn"))
    with pytest.raises(Broken, match="torn"):
        asyncio.run(gated(source))
    assert source.closed == 1


@given(st.integers(3, len(ANSWER)), st.booleans())
def test_a_failure_after_content_comes_after_all_events_before_it(length: int, relay: bool) -> None:
    events = (relayed(ANSWER) if relay else ANSWER)[:length]
    source = Source(cut(events, ()), then=Broken("torn"))
    seen: list[Event] = []

    async def read() -> None:
        batches = await committed(source.stream(), GATE)
        try:
            async for batch in batches:
                seen.extend(batch)
        finally:
            await batches.aclose()

    with pytest.raises(Broken, match="torn"):
        asyncio.run(read())
    assert (seen, source.closed) == (events, 1)


@pytest.mark.parametrize("reason", ["end_turn", "tool_use", "", None])
@pytest.mark.parametrize("relay", [False, True])
async def test_an_empty_answer_fails_while_something_is_left(reason: str | None, relay: bool) -> None:
    events = [*NOTHING, *end(reason)]
    source = Source(cut(relayed(events) if relay else events, ()))
    with pytest.raises(Empty):
        await gated(source)
    assert source.closed == 1
    last = Source(cut(events, ()))
    assert await gated(last, last=True) == events
    allowed = Source(cut(events, ()))
    assert await gated(allowed, Gate(empty_fails=False)) == events


@pytest.mark.parametrize("reason", ["max_tokens", "stop_sequence", "refusal", "pause_turn"])
async def test_some_answers_may_be_empty(reason: str) -> None:
    events = [begin(), *end(reason)]
    assert await gated(Source([events])) == events


async def test_silence_before_content_is_a_failure() -> None:
    for given_ in ([], cut(NOTHING, ())):
        source = Source(given_, then="hang")
        with pytest.raises(Unreachable, match=r"no content within 0\.001 s") as caught:
            await gated(source, Gate(first_content_ms=1))
        assert (caught.value.status, source.closed) == (504, 1)


async def test_what_was_held_long_enough_goes_on_without_content() -> None:
    source = Source([[begin()]], then="hang")
    batches = await committed(source.stream(), SOON)
    assert await anext(batches) == [begin()]
    rest = asyncio.ensure_future(anext(batches))
    await asyncio.sleep(0)
    rest.cancel()
    await asyncio.wait({rest})
    await batches.aclose()
    assert source.closed == 1


async def test_where_nothing_came_the_first_that_comes_goes_on() -> None:
    go = asyncio.Event()

    async def late() -> Batches:
        await go.wait()
        for batch in cut(ANSWER, ()):
            yield batch

    waiting = asyncio.ensure_future(committed(late(), Gate(hold_ms=0)))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    go.set()
    batches = await waiting
    assert await anext(batches) == [begin()]
    assert await all_of(batches) == ANSWER[1:]


@given(st.lists(st.integers(1, 4)), st.integers(0, 3))
def test_what_goes_on_early_is_whole_too(sizes: list[int], turns: int) -> None:
    source = Source(cut(ANSWER, sizes), turns=turns)
    assert asyncio.run(gated(source, Gate(hold_ms=0))) == ANSWER
    assert source.closed == 1


async def test_a_failure_after_an_early_commit_is_the_reader_s_to_hear() -> None:
    source = Source([[begin()], [Ping()]], then=Broken("torn"), turns=3)
    batches = await committed(source.stream(), Gate(hold_ms=0))
    with pytest.raises(Broken, match="torn"):
        await all_of(batches)
    assert source.closed == 1


SLOW = Gate(slow_tokens_per_second=1000, slow_after_ms=5)


async def test_a_trickle_is_left_and_taken_where_nothing_else_is() -> None:
    trickle = [begin(), *thinking("h", "m")]
    source = Source([trickle], then="hang")
    with pytest.raises(Unreachable, match=r"too slow: 400\.0 tokens a second, not 1000"):
        await gated(source, SLOW)
    assert source.closed == 1
    last = Source([trickle], then="hang")
    batches = await committed(last.stream(), SLOW.patient)
    assert await anext(batches) == trickle
    await batches.aclose()
    assert last.closed == 1


async def test_what_is_fast_enough_goes_on_at_once_though_speed_is_watched() -> None:
    source = Source([[begin(), *text("a word " * 10)[:2]]], then="hang")
    batches = await committed(source.stream(), SLOW)
    await batches.aclose()
    assert source.closed == 1
    short = Source([[begin(), *text("a"), *end()]])
    assert await gated(short, SLOW) == [begin(), *text("a"), *end()]


@given(st.integers(1, 40), st.sampled_from([GATE, Gate(hold_ms=0), Gate(first_content_ms=1000)]))
def test_whoever_leaves_at_any_moment_leaves_nothing_open(steps: int, gate: Gate) -> None:
    source = Source(cut(ANSWER, ()), then="hang", turns=2)

    async def leave() -> None:
        task = asyncio.ensure_future(gated(source, gate))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()

    asyncio.run(leave())
    assert (source.begun, source.closed) == (1, 1)


async def test_an_answer_that_nobody_reads_is_closed_too() -> None:
    for gate in (GATE, Gate(hold_ms=0)):
        source = Source(cut(ANSWER, ()), turns=3)
        batches = await committed(source.stream(), gate)
        await batches.aclose()
        await batches.aclose()
        assert source.closed == 1
        assert [batch async for batch in batches] == []


async def test_an_answer_of_nothing_at_all_is_empty() -> None:
    with pytest.raises(Empty):
        await gated(Source([]))
