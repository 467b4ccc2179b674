"""One answer for several readers: each gets all of it in order, nobody waits for the slowest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import Batch
from ccr.anthropic.message import assemble
from ccr.exchange import Exchange
from ccr.upstream.attempt import Answer
from ccr.upstream.flight import MEASURED, Flight
from tests.upstream.streams import Source, begin, cut, end, text

EVENTS = [begin(), *text("One ", "two ", "three"), *end()]


class Reader:
    left: Callable[[], object] | None = None


def flight(largest: int = 1 << 20) -> Flight:
    return Flight(Exchange(b"", {"messages": []}, {}, stream=True), largest, lambda _: None)


async def begun(found: Flight, source: Source) -> Answer:
    async def start() -> Answer:
        return Answer(None, {}, source.stream(), None)  # type: ignore[arg-type]

    reader = Reader()
    found.enter(reader)
    return await found.begin(reader, start)


async def joined(found: Flight) -> Answer:
    reader = Reader()
    found.enter(reader)
    return await found.join(reader)


@given(st.lists(st.integers(0, 2), max_size=60))
def test_whoever_is_hungry_reads_on_for_all(order: list[int]) -> None:
    async def run() -> None:
        source = Source(cut(EVENTS, ()))
        found = flight()
        answers = [await begun(found, source), await joined(found), await joined(found)]
        seen: list[list[Batch]] = [[], [], []]
        for who in [*order, *(who for who in range(3) for _ in EVENTS)]:
            batch = await anext(answers[who].batches, None)
            seen[who] += [] if batch is None else [batch]
            assert source.given == max(map(len, seen))
        assert seen == [[[event] for event in EVENTS]] * 3

    asyncio.run(run())


async def test_all_who_wait_hear_of_a_batch_that_another_read() -> None:
    source = Source(cut(EVENTS, ()), turns=5)
    found = flight()
    answers = [await begun(found, source), await joined(found), await joined(found)]
    first = await asyncio.gather(*(anext(answer.batches) for answer in answers))
    assert first == [[EVENTS[0]]] * 3
    assert source.given == 1


async def test_whoever_enters_before_the_answer_has_begun_waits_for_it() -> None:
    found, source = flight(), Source(cut(EVENTS, ()))
    first = Reader()
    found.enter(first)
    waiting = asyncio.ensure_future(joined(found))
    await asyncio.sleep(0)
    assert not waiting.done()

    async def start() -> Answer:
        return Answer(None, {}, source.stream(), None)  # type: ignore[arg-type]

    await found.begin(first, start)
    assert await anext((await waiting).batches) == [EVENTS[0]]
    await found.close()


async def test_what_was_forgotten_is_not_from_the_start() -> None:
    found = flight()
    answer = await begun(found, Source(cut(EVENTS, ())))
    await anext(answer.batches)
    assert found.from_the_start
    found.forget()
    assert not found.from_the_start
    assert [batch async for batch in answer.batches] == [[event] for event in EVENTS[1:]]


LONG = [begin(), *text(*(f"{n} " for n in range(10 * MEASURED))), *end()]


@pytest.mark.parametrize("read", [0, 1, MEASURED, 3 * MEASURED + 5, len(LONG)])
async def test_whoever_comes_late_gets_all_of_it_and_little_is_kept(read: int) -> None:
    found, source = flight(), Source(cut(LONG, ()))
    first = await begun(found, source)
    seen = [await anext(first.batches) for _ in range(read)]
    late = await joined(found)
    assert len(found._past) + len(found._log) <= read // MEASURED + MEASURED
    seen += [batch async for batch in first.batches]
    theirs = [batch async for batch in late.batches]
    message = assemble(LONG)
    assert [assemble(chain.from_iterable(batches)) for batches in (seen, theirs)] == [message, message]
    assert source.given == len(LONG)


async def test_closing_it_closes_the_upstream() -> None:
    source = Source(cut(EVENTS, ()))
    found = flight()
    answer = await begun(found, source)
    await anext(answer.batches)
    await answer.batches.aclose()
    assert source.closed == 0
    await found.close()
    assert source.closed == 1


async def test_one_that_never_began_leaves_nobody_waiting() -> None:
    found, first = flight(), Reader()
    found.enter(first)
    waiting = asyncio.ensure_future(joined(found))
    await asyncio.sleep(0)
    found.leave(first)
    with pytest.raises(Exception, match="was cancelled"):
        await waiting
