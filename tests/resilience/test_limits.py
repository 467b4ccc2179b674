"""Which limits hold, what is reserved, and what is settled."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.limits import Queue
from ccr.resilience.limits import OUTPUT, Cost, Scope, estimate
from ccr.state.memory import Memory
from tests.resilience.limiting import SMALL, TRY, Clock, limiter, refused, settings


def test_nothing_configured_is_nothing_to_do() -> None:
    assert not limiter(settings()).applies(TRY)


@pytest.mark.parametrize(
    ("said", "held", "free"),
    [
        ({"rpm": 1}, TRY, Scope.of_try("q", "m", "one")),
        ({"model": {"rpm": 1}}, TRY, Scope.of_try("p", "n", "one")),
        ({"key": {"rpm": 1}}, TRY, Scope.of_try("p", "m", "two")),
        ({"client": {"rpm": 1}}, Scope.of_request("ann"), Scope.of_request("bob")),
        ({"all": {"rpm": 1}}, Scope.of_request("bob"), TRY),
    ],
)
async def test_limits_hold_for_what_they_are_said_of(said: dict[str, Any], held: Scope, free: Scope) -> None:
    lets = limiter(settings(Queue(max=0), **said))
    assert (lets.applies(held), lets.applies(free)) == (True, False)
    await lets.enter(held, SMALL)
    assert await lets.try_enter(held, SMALL) is None
    await refused(lets.enter(held, SMALL))
    for _ in range(3):
        await lets.enter(free, SMALL)


async def test_all_limits_hold_at_once_and_a_refusal_takes_of_none() -> None:
    lets = limiter(settings(Queue(max=0), rpm=3, model={"rpm": 2}, key={"rpm": 1}))
    other = Scope.of_try("p", "m", "two")
    await lets.enter(TRY, SMALL)
    for _ in range(5):
        assert "1 requests a minute for the key one of p" in (await refused(lets.enter(TRY, SMALL))).message
    await lets.enter(other, SMALL)
    assert "2 requests a minute for the model p,m" in (await refused(lets.enter(other, SMALL))).message


@pytest.mark.parametrize(
    ("said", "taken"), [("inputTpm", 40), ("outputTpm", 8), ("tpm", 48), ("rpm", 1), ("concurrency", 1)]
)
async def test_what_is_reserved(said: str, taken: int) -> None:
    clock = Clock()
    state = Memory(clock=clock)
    made: dict[str, Any] = {said: 100}
    lets = limiter(settings(Queue(max=0), **made), state)
    await lets.enter(TRY, Cost(40, 8))
    [spent] = [bucket.spent for bucket in state.buckets._buckets.values()]
    assert spent == taken


def test_estimates() -> None:
    assert estimate(4000, 50) == Cost(1000, 50)
    assert estimate(4000, 32_000, counted=700) == Cost(700, OUTPUT)
    assert estimate(0, None) == Cost(0, OUTPUT)


@pytest.mark.parametrize(
    ("protocol", "said", "owed"),
    [
        ("openai_chat", {}, 1 + 2 + 4 + 8),
        ("anthropic", {}, 1 + 2 + 8),
        ("anthropic", {"cacheReads": True}, 1 + 2 + 4 + 8),
        ("openai_chat", {"cacheReads": False}, 1 + 2 + 8),
    ],
)
async def test_settled_is_what_was_used(protocol: str, said: dict[str, Any], owed: int) -> None:
    state = Memory(clock=Clock())
    lets = limiter(settings(protocol=protocol, tpm=100, **said), state)
    permit = await lets.enter(TRY, Cost(50, 50))
    permit.settle(
        {
            "input_tokens": 1,
            "cache_creation_input_tokens": 2,
            "cache_read_input_tokens": 4,
            "output_tokens": 8,
        }
    )
    permit.release()
    assert [bucket.spent for bucket in state.buckets._buckets.values()] == [owed]


async def test_a_usage_that_nobody_knows_is_as_reserved_and_a_release_takes_nothing() -> None:
    state = Memory(clock=Clock())
    lets = limiter(settings(tpm=100, rpm=10), state)
    (await lets.enter(TRY, Cost(50, 0))).settle({})
    with await lets.enter(TRY, Cost(50, 0)):
        pass
    assert sorted(bucket.spent for bucket in state.buckets._buckets.values()) == [1, 50]
    assert lets.reserved == 0


async def test_a_request_larger_than_the_limit_takes_all_and_owes_the_rest() -> None:
    clock = Clock()
    lets = limiter(settings(Queue(max=0), tpm=60), Memory(clock=clock))
    (await lets.enter(TRY, Cost(500, 0))).settle({"input_tokens": 600, "output_tokens": 0})
    assert lets.would_wait(TRY, Cost(60, 0)) == 600
    assert (await refused(lets.enter(TRY, Cost(60, 0)))).seconds == 600
