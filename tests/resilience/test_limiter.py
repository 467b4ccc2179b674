"""Refusals are true, waiting is bounded, and nothing that was reserved is ever lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from ccr.config.limits import Queue
from ccr.resilience.limiter import Limiter, OverLimit, Permit
from ccr.resilience.limits import Cost
from ccr.state import State
from ccr.state.memory import Memory
from ccr.state.redis import Shared
from tests.resilience.limiting import SMALL, TRY, Clock, limiter, refused, settings, settle_down
from tests.state.replicas import eventually, replica


async def test_a_refusal_is_anthropics_and_says_truly_when() -> None:
    clock = Clock()
    lets = limiter(settings(Queue(max=0), rpm=2), Memory(clock=clock))
    for _ in range(2):
        await lets.enter(TRY, SMALL)
    clock.now += 10.5
    error = await refused(lets.enter(TRY, SMALL))
    assert (error.status, error.error()["type"]) == (429, "rate_limit_error")
    assert error.headers == {"retry-after": "20"}
    assert error.message == "Over the limit of 2 requests a minute for the provider p. Try again in 20 s."
    clock.now += error.seconds - 0.01
    await refused(lets.enter(TRY, SMALL))
    clock.now += 0.02
    await lets.enter(TRY, SMALL)


async def test_who_would_wait_too_long_is_told_at_once() -> None:
    """Counting those who wait before: three seconds each, eight allowed."""
    lets = limiter(settings(Queue(seconds=8), rpm=20), Memory(clock=Clock()))
    for _ in range(20):
        await lets.enter(TRY, SMALL)
    waiting = [asyncio.ensure_future(lets.enter(TRY, SMALL)) for _ in range(2)]
    await settle_down()
    assert lets.waiting == 2
    assert (await refused(lets.enter(TRY, SMALL))).seconds == pytest.approx(9)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert lets.would_wait(TRY, SMALL) == pytest.approx(3)


async def test_the_queue_is_bounded() -> None:
    lets = limiter(settings(Queue(max=2), concurrency=1))
    first = await lets.enter(TRY, SMALL)
    waiting = [asyncio.ensure_future(lets.enter(TRY, SMALL)) for _ in range(2)]
    await settle_down()
    assert (await refused(lets.enter(TRY, SMALL))).headers == {"retry-after": "1"}
    first.release()
    (await waiting[0]).release()
    (await waiting[1]).release()
    assert (lets.waiting, lets.reserved) == (0, 0)


async def test_the_wait_ends_at_its_deadline() -> None:
    lets = limiter(settings(Queue(seconds=0.02), concurrency=1))
    await lets.enter(TRY, SMALL)
    assert "1 requests at once for the provider p" in (await refused(lets.enter(TRY, SMALL))).message
    await refused(lets.enter(TRY, SMALL, patience=0))
    assert lets.waiting == 0


@pytest.fixture(params=["memory", "redis"])
async def replicas(request: pytest.FixtureRequest) -> AsyncIterator[Callable[[], Awaitable[State]]]:
    """Makes started states: of one process, or replicas on one Redis."""
    made: list[State] = []

    async def make() -> State:
        if request.param == "memory":
            made.append(Memory())
        else:
            url, prefix = (request.getfixturevalue(name) for name in ("redis_url", "redis_prefix"))
            made.append(replica(url, prefix))
        await made[-1].start()
        return made[-1]

    yield make
    for one in made:
        await one.close()


async def test_a_cancellation_at_any_step_loses_nothing(
    replicas: Callable[[], Awaitable[State]],
) -> None:
    """Both of one who finds a free place, and of one who waits and gets it while leaving."""
    state = await replicas()
    lets = limiter(settings(tpm=1000, concurrency=1), state)
    for waits in (False, True):
        for steps in range(40):
            held = await lets.enter(TRY, SMALL) if waits else None
            task = asyncio.ensure_future(lets.enter(TRY, Cost(10, 0)))
            for n in range(steps):
                if held is not None and n == steps // 2:
                    held.release()
                await asyncio.sleep(0)
            task.cancel()
            [ended] = await asyncio.gather(task, return_exceptions=True)
            for permit in (held, ended):
                if isinstance(permit, Permit):
                    permit.release()
            assert lets.waiting == 0
    (await lets.enter(TRY, Cost(0, 0))).release()
    assert lets.reserved == 0
    await _nothing_is_reserved(lets, state)


async def _nothing_is_reserved(lets: Limiter, state: State) -> None:
    """What a state knows of buckets says so too: none holds a place, none misses a token."""
    if isinstance(state, Shared):
        await eventually(lambda: not state.buckets.held)
        await state.take([])
    permit = await asyncio.wait_for(lets.enter(TRY, Cost(1000, 0)), 10)
    permit.release()


async def test_after_10_000_random_departures_nothing_is_reserved(
    replicas: Callable[[], Awaitable[State]],
) -> None:
    """500 clients at once over two replicas, each leaving whenever: before, while it waits, later, or not."""
    states = [await replicas() for _ in range(2)]
    everyone = [limiter(settings(Queue(max=1000), tpm=6e9, concurrency=40), state) for state in states]
    chance = random.Random(7)  # noqa: S311 - the same each time
    under_way = most = refusals = 0

    async def request(lets: Limiter, hurry: int) -> None:
        nonlocal under_way, most
        with await lets.enter(TRY, Cost(hurry, 0)) as permit:
            under_way += 1
            most = max(most, under_way)
            try:
                for _ in range(hurry):
                    await asyncio.sleep(0)
            finally:
                under_way -= 1
            permit.settle({"input_tokens": 0, "output_tokens": 0})

    async def client(lets: Limiter) -> None:
        nonlocal refusals
        for _ in range(20):
            task = asyncio.ensure_future(request(lets, chance.randrange(6)))
            for _ in range(chance.choice([0, 1, 2, 3, 5, 8, 1000])):
                if task.done():
                    break
                await asyncio.sleep(0)
            if chance.random() < 0.5:
                task.cancel()
            [ended] = await asyncio.gather(task, return_exceptions=True)
            assert ended is None or isinstance(ended, asyncio.CancelledError | OverLimit)
            refusals += isinstance(ended, OverLimit)

    await asyncio.gather(*(client(everyone[n % 2]) for n in range(500)))
    assert most <= (40 if isinstance(states[0], Shared) else 80)
    assert refusals == 0
    for lets, state in zip(everyone, states, strict=True):
        assert (lets.reserved, lets.waiting) == (0, 0)
        await _nothing_is_reserved(lets, state)


async def test_two_replicas_on_one_redis_never_pass_the_limit(redis_url: str, redis_prefix: str) -> None:
    """500 clients at once; not by one request per replica, and in fact not by any."""
    states = [replica(redis_url, redis_prefix) for _ in range(2)]
    for state in states:
        await state.start()
    everyone = [limiter(settings(Queue(max=0), rph=120), state) for state in states]

    async def client(n: int) -> int:
        return sum([await everyone[n % 2].try_enter(TRY, SMALL) is not None for _ in range(4)])

    let_through = sum(await asyncio.gather(*(client(n) for n in range(500))))
    assert 120 <= let_through <= 122, "two a minute flow in"
    assert all(state.health().shared for state in states)
    for state in states:
        await state.close()
