"""What holds for every ``State``."""

from __future__ import annotations

import asyncio
import math

import pytest

from ccr.state import State
from tests.state.replicas import Want, place


async def test_a_fact_is_there_at_once_until_it_is_dropped(state: State) -> None:
    state.put("a", b"\x00\xff", 60)
    assert state.get("a") == b"\x00\xff"
    state.put("a", b"2", 60)
    assert state.get("a") == b"2"
    state.drop("a")
    state.drop("a")
    assert state.get("a") is None


@pytest.mark.parametrize("seconds", [0, -1])
async def test_a_fact_that_is_over_is_not_kept(state: State, seconds: float) -> None:
    state.put("a", b"1", 60)
    state.put("a", b"2", seconds)
    assert state.get("a") is None


async def test_a_bucket_gives_what_it_holds_and_no_more(state: State) -> None:
    taken = [await state.take([Want("a", 4)]) for _ in range(3)]
    assert [one.lacking for one in taken] == [(), (), ("a",)]


async def test_all_or_nothing(state: State) -> None:
    await state.take([place("full")])
    lacking = await state.take([Want("a", 10), place("full"), Want("b", 1)])
    assert lacking.lacking == ("full",)
    assert not (await state.take([Want("a", 10)])).lacking


async def test_the_wait_is_until_the_last_one_has_enough(state: State) -> None:
    await state.take([Want("a", 10, refill=1), Want("b", 10, refill=0.1)])
    lacking = await state.take([Want("a", 5, refill=1), Want("b", 2, refill=0.1), Want("c")])
    assert lacking.lacking == ("a", "b")
    assert 19 < lacking.wait <= 20
    assert 19 < state.wait([Want("b", 2, refill=0.1)]) <= 20
    assert state.wait([Want("c")]) == 0


async def test_it_is_refilled(state: State) -> None:
    quick = Want("a", 10, refill=10_000)
    for _ in range(20):
        taken = await state.take([quick])
        while taken.lacking:
            await asyncio.sleep(taken.wait)
            taken = await state.take([quick])


async def test_for_a_place_nobody_knows_how_long(state: State) -> None:
    held = await state.take([place("a")])
    assert (await state.take([place("a")])).wait == math.inf
    held.give_back()
    assert not (await state.take([place("a")])).lacking


async def test_what_was_not_used_flows_back(state: State) -> None:
    taken = await state.take([Want("a", 10), Want("b", 10)])
    taken.settle([3, 10])
    assert not (await state.take([Want("a", 7)])).lacking
    assert (await state.take([Want("b", 1)])).lacking


async def test_what_was_used_beyond_is_owed(state: State) -> None:
    taken = await state.take([Want("a", 1, refill=1)])
    taken.settle([30])
    assert 20 < (await state.take([Want("a", 1, refill=1)])).wait <= 21


async def test_a_bucket_never_holds_more_than_its_capacity(state: State) -> None:
    taken = await state.take([Want("a", 10, refill=1000)])
    await asyncio.sleep(0.02)
    taken.give_back()
    assert not (await state.take([Want("a", 10, refill=0.1)])).lacking
    assert (await state.take([Want("a", 1, refill=0.1)])).lacking


async def test_only_once(state: State) -> None:
    first, second = await state.take([Want("a", 5), place("p", 2)]), await state.take([place("p", 2)])
    for _ in range(3):
        first.give_back()
        first.settle([5, 1])
    assert not second.lacking
    assert not (await state.take([place("p", 2)])).lacking
    assert (await state.take([place("p", 2)])).lacking


async def test_what_was_not_taken_cannot_be_given_back(state: State) -> None:
    await state.take([Want("a", 10)])
    lacking = await state.take([Want("a", 5)])
    lacking.give_back()
    assert (await state.take([Want("a", 1)])).lacking


async def test_a_new_capacity_counts_at_once(state: State) -> None:
    await state.take([place("p", 1)])
    assert not (await state.take([place("p", 2)])).lacking
    assert (await state.take([place("p", 1)])).lacking


async def test_who_is_cancelled_has_taken_nothing(state: State) -> None:
    """At every step of the loop at which a cancellation can come."""
    for steps in range(12):
        task = asyncio.ensure_future(_take(state))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        [ended] = await asyncio.gather(task, return_exceptions=True)
        if not isinstance(ended, BaseException):
            break
    for _ in range(50):  # everything that was under way has come back by then
        if not (await state.take([Want("other")])).lacking:
            await asyncio.sleep(0.001)
    assert not (await state.take([Want("a", 10), place("p")])).lacking


async def _take(state: State) -> None:
    (await state.take([Want("a", 10), place("p")])).give_back()


async def test_many_at_once_never_get_more_than_there_is(state: State) -> None:
    taken = await asyncio.gather(*(state.take([Want("a", 1, 100), place("p", 70)]) for _ in range(300)))
    assert sum(not one.lacking for one in taken) == 70
