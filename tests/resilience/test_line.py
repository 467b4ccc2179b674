"""Waiting is fair: first come, first served, and nobody is held up by limits that are not his."""

from __future__ import annotations

import asyncio

import pytest

from ccr.resilience.limits import Cost, Scope
from ccr.state.memory import Memory
from tests.resilience.limiting import SMALL, TRY, Clock, limiter, settings, settle_down


async def test_first_come_first_served() -> None:
    lets = limiter(settings(concurrency=1))
    order: list[int] = []

    async def one(n: int) -> None:
        with await lets.enter(TRY, SMALL):
            order.append(n)
            await asyncio.sleep(0)

    await asyncio.gather(*(one(n) for n in range(50)))
    assert order == list(range(50))


async def test_small_requests_do_not_overtake_a_large_one() -> None:
    """Although there always is enough for one of them, and never for the large one."""
    lets = limiter(settings(tpm=6_000_000))  # 100 a millisecond
    await lets.enter(TRY, Cost(6_000_000 - 100, 0))
    large = asyncio.ensure_future(lets.enter(TRY, Cost(2000, 0)))
    await settle_down()
    small = [asyncio.ensure_future(lets.enter(TRY, SMALL)) for _ in range(50)]
    assert await lets.try_enter(TRY, SMALL) is None
    done, _ = await asyncio.wait({large, *small}, return_when=asyncio.FIRST_COMPLETED)
    assert large in done
    await asyncio.gather(*small)


async def test_who_waits_for_one_limit_holds_up_nobody_under_others() -> None:
    lets = limiter(settings(rpm=100, key={"concurrency": 1}))
    held = await lets.enter(TRY, SMALL)
    waiting = asyncio.ensure_future(lets.enter(TRY, SMALL))
    await settle_down()
    other = Scope.of_try("p", "m", "two")
    for _ in range(10):
        assert await lets.try_enter(other, SMALL)
    assert not waiting.done()
    held.release()
    await waiting


async def test_a_pool_sees_that_one_key_would_wait_and_takes_the_other() -> None:
    lets = limiter(settings(key={"rpm": 2}), Memory(clock=Clock()))
    for _ in range(2):
        await lets.enter(TRY, SMALL)
    assert lets.would_wait(TRY, SMALL) == pytest.approx(30)
    assert lets.would_wait(Scope.of_try("p", "m", "two"), SMALL) == 0
