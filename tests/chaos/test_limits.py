"""Limits under many clients and two routers on one Redis, and what stays reserved when clients leave."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from redis.asyncio import Redis

from tests.chaos.judge import Got, got
from tests.chaos.lab import Running, Stage, provider, running, stage
from tests.chaos.scripts import Script
from tests.e2e.upstream import STREAM_HEAD, Seen, chunk

pytestmark = pytest.mark.timeout(400)

CLIENTS = 500
TAKES = 0.004
"""Seconds between the frames of an answer."""


@dataclass
class Counting:
    """A provider that notes when it was asked, and how often at once."""

    at: list[float] = field(default_factory=list)
    now: int = 0
    most: int = 0

    async def __call__(self, writer: asyncio.StreamWriter, seen: Seen) -> None:
        self.at.append(time.monotonic())
        self.now += 1
        self.most = max(self.most, self.now)
        name = seen.json["messages"][0]["content"]
        try:
            writer.write(STREAM_HEAD)
            for frame in Script(name, "anthropic").frames():
                writer.write(chunk(frame))
                await writer.drain()
                await asyncio.sleep(TAKES / 4)
            self.now -= 1  # before its last byte is out: the router may free the place at once
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        except ConnectionError:
            self.now -= 1
            raise

    def beyond(self, capacity: float, refill: float, since: float) -> float:
        """By how many calls the limit was passed at the worst moment; full it was at ``since`` or later.

        A call arrives after it was let through, on a busy machine much later: never is too much found.
        """
        return max(n - capacity - refill * (at - since) for n, at in enumerate(self.at, 1))


def config(played: Stage, limits: dict[str, Any], queue: dict[str, Any]) -> dict[str, Any]:
    entry = provider(played.url, "lab", "anthropic", limits=limits)
    return {"Providers": [entry], "Limits": {"queue": queue}, "MAX_IN_FLIGHT": 5000}


@asynccontextmanager
async def replicas(
    folder: Path, whole: dict[str, Any], states: Sequence[dict[str, Any]]
) -> AsyncIterator[list[Running]]:
    """A router for each of the states."""
    async with AsyncExitStack() as stack:
        routers = []
        for number, state in enumerate(states):
            own = folder / str(number)
            own.mkdir()
            routers.append(await stack.enter_async_context(running(own, whole | state)))
        for router in routers:
            router.tasks = asyncio.all_tasks()
        yield routers


def shared(url: str, prefix: str) -> list[dict[str, Any]]:
    """Two of one state."""
    return [{"Redis": {"url": url, "prefix": prefix, "timeoutMs": 5000}}] * 2


def body(name: str) -> dict[str, Any]:
    said = [{"role": "user", "content": name}]
    return {"model": "lab,m", "max_tokens": 20, "messages": said, "stream": True}


async def ask(http: aiohttp.ClientSession, url: str, name: str) -> Got:
    async with http.post(f"{url}/v1/messages", json=body(name)) as response:
        return got(response.status, response.headers, await response.read())


async def crowd(routers: Sequence[Running], each: int) -> list[Got]:
    """What many clients get that ask all at once, each so often."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:

        async def client(number: int) -> list[Got]:
            url = routers[number % len(routers)].url
            return [await ask(http, url, f"{number}.{turn}") for turn in range(each)]

        return [answer for one in await asyncio.gather(*map(client, range(CLIENTS))) for answer in one]


async def test_two_routers_let_through_what_one_would(
    tmp_path: Path, redis_url: str, redis_prefix: str, told: list[str]
) -> None:
    """At most one request more for each; who is refused is told when to come again."""
    lab = Counting()
    async with stage() as played:
        played.parts["lab"] = lab
        whole = config(played, {"rpm": 240}, {"seconds": 2, "max": 5000})
        async with replicas(tmp_path, whole, shared(redis_url, redis_prefix)) as routers:
            began = time.monotonic()
            answers = await crowd(routers, each=2)
            leftovers = [line for router in routers for line in await router.leftovers()]
            alone = [router.services.health() for router in routers if not router.services.health()["shared"]]
    beyond = lab.beyond(240, 4, began)
    statuses = Counter(answer.status for answer in answers)
    told.append(
        f"rate limit: {len(answers)} requests of {CLIENTS} clients over 2 routers: {dict(statuses)};"
        f" at most {beyond:.1f} calls beyond the limit"
    )
    assert not alone
    assert not [answer.wrong for answer in answers if answer.wrong]
    assert statuses[200] == len(lab.at)
    assert set(statuses) == {200, 429}
    assert all(int(a.headers["retry-after"]) >= 1 for a in answers if a.status == 429)
    assert beyond <= len(routers)
    assert not leftovers


async def test_places_are_shared_and_everybody_gets_one(
    tmp_path: Path, redis_url: str, redis_prefix: str, told: list[str]
) -> None:
    lab = Counting()
    async with stage() as played:
        played.parts["lab"] = lab
        whole = config(played, {"concurrency": 40}, {"seconds": 120, "max": 5000})
        async with replicas(tmp_path, whole, shared(redis_url, redis_prefix)) as routers:
            answers = await crowd(routers, each=1)
            leftovers = [line for router in routers for line in await router.leftovers()]
    told.append(
        f"places: {CLIENTS} clients over 2 routers, at most {lab.most} calls at once where 40 were allowed"
    )
    assert [answer.status for answer in answers] == [200] * CLIENTS
    assert lab.most <= 40 + len(routers)
    assert not leftovers


@dataclass
class Leaver:
    """Clients that mostly leave before they have all, at any moment."""

    routers: Sequence[Running]
    http: aiohttp.ClientSession
    chance: random.Random
    ends: Counter[str] = field(default_factory=Counter)

    async def client(self, names: asyncio.Queue[str]) -> None:
        while not names.empty():
            name = names.get_nowait()
            try:
                self.ends[await self._ask(name)] += 1
            except TimeoutError:
                self.ends["left"] += 1

    async def _ask(self, name: str) -> str:
        url = f"{self.chance.choice(self.routers).url}/v1/messages"
        patience = self.chance.choice([0.0, self.chance.random() * 0.2, 60.0])
        async with asyncio.timeout(patience), self.http.post(url, json=body(name)) as response:
            if response.status == 200 and self.chance.random() < 0.5:
                await response.content.readany()
                return "left amid the answer"
            answer = got(response.status, response.headers, await response.read())
            assert not answer.wrong, answer.wrong
            return str(answer.status)


@pytest.mark.parametrize("kind", ["memory", "redis"])
async def test_nothing_stays_reserved_whenever_clients_leave(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, full: bool, told: list[str]
) -> None:
    number, lab, chance = 10_000 if full else 2_000, Counting(), random.Random(5)  # noqa: S311 - moments
    url, prefix = "", ""
    if kind == "redis":
        url, prefix = request.getfixturevalue("redis_url"), request.getfixturevalue("redis_prefix")
    limits = {"concurrency": 24, "rpm": 200_000, "tpm": 90_000_000, "maxRequests": 1e9, "windowMs": 1e15}
    async with stage() as played:
        played.parts["lab"] = lab
        whole = config(played, limits, {"seconds": 30, "max": 5000})
        async with (
            replicas(tmp_path, whole, shared(url, prefix) if url else [{}]) as routers,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
        ):
            names: asyncio.Queue[str] = asyncio.Queue()
            for n in range(number):
                names.put_nowait(f"request {n}")
            leaver = Leaver(routers, http, chance)
            await asyncio.gather(*(leaver.client(names) for _ in range(96)))
            leftovers = [line for router in routers for line in await router.leftovers()]
            held = await places(url, prefix) if url else 0
    told.append(
        f"departures, {kind}: {number} requests {dict(leaver.ends)}, {len(lab.at)} calls, at most {lab.most}"
        f" at once where 24 were allowed; left over: {leftovers or 'nothing'}, places in Redis: {held}"
    )
    assert leaver.ends.total() == number
    assert lab.most <= 24 + len(routers)
    assert not leftovers
    assert not held


async def places(url: str, prefix: str) -> int:
    """Places that Redis still holds for somebody."""
    async with Redis.from_url(url) as client:
        names = [name async for name in client.scan_iter(match=f"{prefix}b:*:concurrency")]
        return sum([int(await client.zcard(name)) for name in names])
