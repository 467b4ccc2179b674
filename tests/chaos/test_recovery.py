"""Storms: everything fails for a while, and then nothing does. Redis goes away amid it, and comes back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.chaos import replies
from tests.chaos.judge import Got, got
from tests.chaos.lab import RETRY, Running, Stage, provider, running, stage
from tests.chaos.scripts import Script
from tests.e2e.upstream import Reply, Seen, json_answer, stream
from tests.redis_server import RedisServer

pytestmark = pytest.mark.timeout(240)

STORM = 200
"""Requests while all fails."""

SOON = {"openSeconds": 0.1, "maxOpenSeconds": 0.4}
POOL = {"benchSeconds": 0.1, "maxBenchSeconds": 0.4, "coolSeconds": 0.1, "maxCoolSeconds": 0.4}


def well(name: str) -> Reply:
    """Says what it is asked for."""

    async def reply(writer: asyncio.StreamWriter, seen: Seen) -> None:
        script = Script(f"{name}: {seen.json['messages'][0]['content']}", "anthropic")
        said = stream(script.frames()) if seen.json["stream"] else json_answer(script.message())
        await said(writer, seen)

    return reply


def refused(status: int) -> Reply:
    return json_answer({"type": "error", "error": {"type": "api_error", "message": "storm"}}, status)


ILL: dict[str, Reply] = {
    "500": refused(500),
    "401": refused(401),
    "429": refused(429),
    "529": refused(529),
    "reset": replies.reset,
}


async def ask(http: aiohttp.ClientSession, router: Running, number: int) -> Got:
    said = [{"role": "user", "content": str(number)}]
    body: dict[str, Any] = {"model": "m", "max_tokens": 9, "messages": said, "stream": number % 2 == 0}
    async with http.post(f"{router.url}/v1/messages", json=body) as response:
        return got(response.status, response.headers, await response.read())


def config(played: Stage) -> dict[str, Any]:
    """Two providers, of which one is a fallback."""
    return {
        "Providers": [provider(played.url, who, "anthropic", retry=RETRY) for who in "ab"],
        "Router": {"default": "a,m"},
        "fallback": {"default": ["b,m"]},
        "Resilience": {"breaker": SOON, "keyPool": POOL},
    }


async def until_well(http: aiohttp.ClientSession, router: Running, is_well: Callable[[Got], bool]) -> int:
    """How many requests it takes until one is answered so; each a moment after the one before."""
    for number in range(10_000, 10_200):
        if is_well(await ask(http, router, number)):
            return number - 10_000
        await asyncio.sleep(0.01)
    pytest.fail("it never came back")


@pytest.mark.parametrize("ill", ILL)
async def test_after_a_storm_everything_is_as_before(ill: str, tmp_path: Path, told: list[str]) -> None:
    """While all fails the budget of retries holds; when it is over, the first target is soon asked again."""
    async with stage() as played:
        played.parts |= {"a": ILL[ill], "b": ILL[ill]}
        async with running(tmp_path, config(played)) as router, aiohttp.ClientSession() as http:
            answers = []
            for start in range(0, STORM, 20):
                answers += await asyncio.gather(*(ask(http, router, start + n) for n in range(20)))
            asked = {who: len(played.seen[who]) for who in "ab"}
            played.parts |= {"a": well("a"), "b": well("b")}
            waited = await until_well(http, router, lambda answer: "[a: " in str(answer.blocks))
            after = [await ask(http, router, number) for number in range(20)]
            leftovers = await router.leftovers()
    told.append(
        f"storm of {ill}: {STORM} requests, {asked} calls, the first target back after {waited} requests"
    )
    assert not [answer.wrong for answer in answers if answer.wrong]
    assert all(answer.error for answer in answers)
    assert sum(asked.values()) <= 2 * STORM + 2 * (10 + 0.2 * STORM) + 20, "more retries than the budget has"
    assert [answer.status for answer in after] == [200] * 20
    assert not leftovers


async def test_redis_may_go_and_come_while_requests_run(
    own_redis: RedisServer, tmp_path: Path, told: list[str]
) -> None:
    async with stage() as played:
        played.parts |= {"a": well("a"), "b": well("b")}
        state = {"Redis": {"url": own_redis.url, "timeoutMs": 200}}
        async with running(tmp_path, config(played) | state) as router, aiohttp.ClientSession() as http:
            answers: list[Got] = []
            steps: list[Callable[[], None]] = [
                lambda: None,
                own_redis.kill,
                own_redis.start,
                own_redis.freeze,
                own_redis.thaw,
            ]
            for number, step in enumerate(steps):
                step()
                few = asyncio.Semaphore(20)
                answers += await asyncio.gather(
                    *(_one(few, http, router, number * 100 + n) for n in range(100))
                )
            async with asyncio.timeout(30):
                while not router.services.health()["shared"]:  # noqa: ASYNC110 - nothing tells
                    await asyncio.sleep(0.05)
            router.tasks |= {
                task for task in asyncio.all_tasks() if "Shared" in str(task) or "Link" in str(task)
            }
            leftovers = await router.leftovers()
    statuses = Counter(answer.status for answer in answers)
    told.append(f"Redis killed, started, frozen, thawed: {len(answers)} requests: {dict(statuses)}")
    assert not [answer.wrong for answer in answers if answer.wrong]
    assert statuses == {200: len(answers)}
    assert not leftovers


async def _one(few: asyncio.Semaphore, http: aiohttp.ClientSession, router: Running, number: int) -> Got:
    async with few:
        return await ask(http, router, number)
