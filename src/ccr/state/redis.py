"""The state that replicas share in Redis; while it is away, each goes on with what it knows itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from ccr.config import state as config
from ccr.state.contract import Health, Taken, Want
from ccr.state.link import Away, Link, load
from ccr.state.shared_buckets import LEASE, SharedBuckets
from ccr.state.shared_facts import Remote, SharedFacts

log = logging.getLogger("ccr.state")

JOINING, STARTING, CLOSING = 10.0, 1.0, 1.0
"""Seconds that a join may take, that the start waits for it, that the end waits for what is unsent."""

PAUSES = (0.1, 5.0)
"""Seconds between tries to join: after the first failure, and at most."""

UNABLE = (Away, RedisError, OSError, TimeoutError, ValueError, TypeError)
"""What keeps us from Redis; the last two come of what stands behind the ``?`` of its URL."""

PAGE = 500
"""Facts read in one round trip when joining."""


class Shared:
    """A ``State`` in Redis. ``clock`` gives seconds; it times only what this process keeps itself."""

    def __init__(
        self, use: config.Redis, clock: Callable[[], float] = time.monotonic, lease: float = LEASE
    ) -> None:
        self._use, self._beat = use, lease / 6
        me = uuid.uuid4().hex[:12]
        self.facts = SharedFacts(me, use.prefix, clock)
        self.buckets = SharedBuckets(me, use.prefix, clock, lease)
        self.get = self.facts.local.get
        self.put, self.drop = self.facts.put, self.facts.drop
        self._link: Link | None = None
        self._error = "it has not been joined yet"
        self._tried = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def take(self, wants: Sequence[Want]) -> Taken:
        return await self.buckets.take(wants)

    def wait(self, wants: Sequence[Want]) -> float:
        return self.buckets.local.wait(wants)

    def health(self) -> Health:
        link = self._link
        if link is not None and not link.broken:
            return Health("redis", shared=True)
        why = self._error or (link.error if link is not None else "")
        return Health("redis", shared=False, error=f"Redis at {self._use.shown} is away: {why}")

    async def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep(), name="redis")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._tried.wait(), STARTING)

    async def close(self) -> None:
        if self._link is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._link.flushed(), CLOSING)
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    async def _keep(self) -> None:
        """Join, stay, and join again when Redis was away, with growing pauses."""
        pause = PAUSES[0]
        while True:
            try:
                async with contextlib.aclosing(self._client()) as client:
                    async with asyncio.timeout(JOINING):
                        told = await self._join(client)
                    pause = PAUSES[0]
                    await self._stay(told)
            except UNABLE as error:
                self._lost(error)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - replicas shall not come at once
            pause = min(pause * 2, PAUSES[1])

    def _client(self) -> Redis:
        return Redis.from_url(
            self._use.address,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=None,
            socket_connect_timeout=STARTING,
            single_connection_client=False,
        )

    async def _join(self, client: Redis) -> PubSub:
        """Listen first and look then: no change falls between."""
        await load(client)
        told = client.pubsub()
        await told.subscribe(self.facts.channel)
        await told.get_message(timeout=JOINING)
        there = await _snapshot(client, self.facts.prefix)
        self._link = link = Link(client, self._use.timeoutMs / 1000)
        self.facts.joined(link, there)
        self.buckets.joined(link)
        self._error = ""
        self._tried.set()
        log.info("state is shared in Redis at %s", self._use.shown)
        return told

    async def _stay(self, told: PubSub) -> None:
        """Raises what ends it."""
        assert self._link is not None
        parts = [self._link.run(), self._listen(told), self._renew()]
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self, told: PubSub) -> None:
        while True:
            message: Mapping[str, Any] | None = await told.get_message(
                ignore_subscribe_messages=True, timeout=None
            )
            if message is not None:
                self.facts.heard(message["data"])

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._beat)
            self.buckets.renew()

    def _lost(self, error: Exception) -> None:
        news, self._error = not self._error or not self._tried.is_set(), str(error) or "it does not answer"
        self._tried.set()
        if news:
            log.warning("%s; limits and keys are this process's own until it is back", self.health().error)


async def _snapshot(client: Redis, prefix: str) -> dict[str, Remote]:
    """Every fact there is."""
    there: dict[str, Remote] = {}
    pattern = "".join(f"\\{char}" if char in "*?[]\\^-" else char for char in prefix) + "*"
    names: list[bytes] = [name async for name in client.scan_iter(match=pattern, count=PAGE)]
    for start in range(0, len(names), PAGE):
        page = names[start : start + PAGE]
        pipe = client.pipeline(transaction=False)
        for name in page:
            pipe.get(name)
            pipe.pttl(name)
        replies = await pipe.execute()
        for name, value, left in zip(page, replies[::2], replies[1::2], strict=True):
            if value is not None and left > 0:
                there[name.decode(errors="replace")[len(prefix) :]] = Remote(value, left / 1000)
    return there
