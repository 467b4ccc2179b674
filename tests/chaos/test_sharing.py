"""Answers that are shared, through HTTP: equal requests at once make one call, nobody else has part."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.chaos.judge import Got, got
from tests.chaos.lab import Running, provider, running, stage
from tests.chaos.scripts import Script
from tests.e2e.upstream import STREAM_HEAD, Seen, chunk, json_answer

pytestmark = pytest.mark.timeout(240)

PATIENCE = 10.0
TICK = 0.01
SURVIVES = 0.5
"""Seconds that a call may outlive its last client."""


@dataclass
class Slow:
    """A provider that says half and goes on when it is told to. Each call says something else."""

    asked: list[Seen] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def script(self, number: int) -> Script:
        return Script(f"call {number}", "anthropic")

    async def __call__(self, writer: asyncio.StreamWriter, seen: Seen) -> None:
        self.asked.append(seen)
        self.came.set()
        script = self.script(len(self.asked))
        if not seen.json["stream"]:
            await self._gone_on(seen)
            return await json_answer(script.message())(writer, seen)
        frames = script.frames()
        writer.write(STREAM_HEAD + b"".join(map(chunk, frames[:5])))
        await self._gone_on(seen)
        writer.write(b"".join(map(chunk, frames[5:])) + b"0\r\n\r\n")
        await writer.drain()
        return None

    async def _gone_on(self, seen: Seen) -> None:
        waits = [asyncio.ensure_future(event.wait()) for event in (self.go, seen.closed)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def arrived(self, number: int) -> None:
        """Returns when so many calls have come."""
        async with asyncio.timeout(PATIENCE):
            while len(self.asked) < number:
                self.came.clear()
                await self.came.wait()


@dataclass
class World:
    lab: Slow
    router: Running
    http: aiohttp.ClientSession

    def ask(self, text: str = "Hi", key: str = "ann-key", *, stream: bool = True) -> asyncio.Task[Got]:
        return asyncio.ensure_future(self._ask(text, key, stream))

    async def _ask(self, text: str, key: str, streams: bool) -> Got:
        said = {"model": "lab,m", "max_tokens": 9, "messages": [{"role": "user", "content": text}]}
        body: dict[str, Any] = said | {"stream": streams}
        headers = {"authorization": f"Bearer {key}"}
        async with self.http.post(f"{self.router.url}/v1/messages", json=body, headers=headers) as response:
            return got(response.status, response.headers, await response.read())

    async def leave(self, asked: asyncio.Task[Got]) -> None:
        """The one client that there is hangs up. Returns when the router has seen it."""
        asked.cancel()
        async with asyncio.timeout(PATIENCE):
            while any(  # noqa: ASYNC110 - nothing tells
                one.flight.watched for one in self.router.gateway.sharing._open.values()
            ):
                await asyncio.sleep(0.002)

    async def entered(self, number: int) -> None:
        """Returns when so many requests are in the router."""
        async with asyncio.timeout(PATIENCE):
            while len(self.router.app.active.running()) != number:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.002)


@asynccontextmanager
async def world(folder: Path, **config: Any) -> AsyncIterator[World]:
    lab = Slow()
    async with stage() as played:
        played.parts["lab"] = lab
        whole = {
            "Providers": [provider(played.url, "lab", "anthropic")],
            "APIKEYS": ["ann-key", "ben-key"],
            **config,
        }
        async with (
            running(folder, whole) as router,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
        ):
            try:
                yield World(lab, router, http)
            finally:
                lab.go.set()
            assert not await router.leftovers()


@pytest.mark.parametrize("stream", [True, False])
async def test_equal_requests_at_once_share_one_call(tmp_path: Path, stream: bool) -> None:
    async with world(tmp_path) as made:
        first = made.ask(stream=stream)
        await made.lab.arrived(1)
        more = [made.ask(stream=stream) for _ in range(20)]
        await made.entered(21)
        made.lab.go.set()
        answers = await asyncio.gather(first, *more)
    assert len(made.lab.asked) == 1
    assert not [answer.wrong for answer in answers if answer.wrong]
    assert all(answer.blocks == made.lab.script(1).content for answer in answers)


@pytest.mark.parametrize("stream", [True, False])
async def test_clients_with_different_keys_never_share(tmp_path: Path, stream: bool) -> None:
    """Though their keys have no names."""
    async with world(tmp_path) as made:
        first = made.ask(stream=stream)
        await made.lab.arrived(1)
        second = made.ask(key="ben-key", stream=stream)
        await made.lab.arrived(2)
        made.lab.go.set()
        answers = await asyncio.gather(first, second)
    assert [a.blocks for a in answers] == [made.lab.script(1).content, made.lab.script(2).content]


async def test_what_a_client_has_got_is_not_given_again(tmp_path: Path) -> None:
    async with world(tmp_path) as made:
        made.lab.go.set()
        answers = [await made.ask(), await made.ask(), await made.ask(stream=False)]
    assert [a.blocks for a in answers] == [made.lab.script(n).content for n in (1, 2, 3)]


@pytest.mark.parametrize("stream", [True, False])
async def test_who_comes_back_within_the_grace_gets_the_same_answer(tmp_path: Path, stream: bool) -> None:
    async with world(tmp_path, Resilience={"reconnect": {"graceSeconds": 20}}) as made:
        first = made.ask(stream=stream)
        await made.lab.arrived(1)
        await made.leave(first)
        again = made.ask(stream=stream)
        await made.entered(2)
        made.lab.go.set()
        answer = await again
        assert len(made.lab.asked) == 1
    assert answer.blocks == made.lab.script(1).content


async def test_an_answer_that_nobody_got_is_kept_for_who_comes_back(tmp_path: Path) -> None:
    """And given once."""
    async with world(tmp_path, Resilience={"reconnect": {"graceSeconds": 20}}) as made:
        first = made.ask()
        await made.lab.arrived(1)
        await made.leave(first)
        made.lab.go.set()
        await made.entered(0)
        answers = [await made.ask(), await made.ask()]
    assert [a.blocks for a in answers] == [made.lab.script(n).content for n in (1, 2)]


async def test_switched_off_everybody_asks(tmp_path: Path) -> None:
    off = {"singleFlight": False, "reconnect": False}
    async with world(tmp_path, Resilience=off) as made:
        asked = [made.ask() for _ in range(3)]
        await made.lab.arrived(3)
        made.lab.go.set()
        await asyncio.gather(*asked)
    assert len(made.lab.asked) == 3


@dataclass
class Soak:
    """Clients that leave at random moments, some of them sharing; how long each call outlives the last."""

    made: World
    chance: random.Random
    gone: Counter[str] = field(default_factory=Counter)
    left: dict[str, float] = field(default_factory=dict)
    """By what they asked, when the last of its two clients left."""

    longest: float = 0.0
    clock: float = 0.0
    """Seconds, but those in which a busy machine did not let this process run."""

    async def client(self, number: int) -> None:
        for turn in range(12):
            text = f"{number // 2}.{turn}"  # two ask the same
            task = self.made.ask(text, stream=self.chance.random() < 0.7)
            await asyncio.wait({task}, timeout=self.chance.random() * 0.15)
            task.cancel()
            await asyncio.wait({task})
            self.gone[text] += 1
            if self.gone[text] == 2:
                self.left[text] = self.clock

    async def watch(self, stop: asyncio.Event) -> None:
        """Looks for calls that are open although their clients have left."""
        open_: set[int] = set()
        while not stop.is_set() or open_:
            open_ = {n for n, seen in enumerate(self.made.lab.asked) if not seen.closed.is_set()}
            for n in open_:
                text = self.made.lab.asked[n].json["messages"][0]["content"]
                if text in self.left:
                    self.longest = max(self.longest, self.clock - self.left[text])
            assert self.longest < 5, "a call is never closed"
            before = time.monotonic()
            await asyncio.sleep(TICK)
            self.clock += min(time.monotonic() - before, 2 * TICK)


async def test_no_call_outlives_its_clients(tmp_path: Path, told: list[str]) -> None:
    async with world(tmp_path) as made:
        soak, stop = Soak(made, random.Random(7)), asyncio.Event()  # noqa: S311 - moments
        watch = asyncio.ensure_future(soak.watch(stop))
        await asyncio.gather(*(soak.client(n) for n in range(24)))
        stop.set()
        await watch
    told.append(
        f"leaving: {len(made.lab.asked)} calls, none outlived its clients by more than {soak.longest:.2f} s"
    )
    assert soak.longest <= SURVIVES
