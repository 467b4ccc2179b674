"""One connection to Redis on which all calls go in order, those that came together in one round trip."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from redis.exceptions import NoScriptError, RedisError

from ccr.state.scripts import SCRIPTS, Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

MOST = 128
"""Calls in one round trip: what a server answers well within the time-out."""

T = TypeVar("T")
Reply = Any
"""What a script returned: numbers and bytes, or lists of them."""


class Away(Exception):
    """Redis cannot be reached, or takes too long."""


@dataclass(slots=True, eq=False)
class Request:
    """One call of a script. ``future`` gets its reply, where somebody waits."""

    script: Script
    keys: Sequence[str]
    args: Sequence[str | bytes | int | float]
    future: asyncio.Future[Reply] | None = None
    undo: Callable[[Reply], None] | None = None
    """Is given the reply when nobody waits for it any more."""

    def answered(self, reply: Reply) -> None:
        if self.future is None:
            return
        if not self.future.done():
            self.future.set_result(reply)
        elif self.undo is not None:
            self.undo(reply)

    def failed(self, error: Exception) -> None:
        if self.future is not None and not self.future.done():
            self.future.set_exception(error)


@dataclass(slots=True)
class Link:
    """Lives from one join to the next failure; after that it is ``broken`` and refuses everything."""

    client: Redis
    timeout: float
    """Seconds for a round trip."""

    broken: bool = False
    error: str = ""
    """What broke it."""

    _waiting: deque[Request] = field(default_factory=deque)
    _flying: Sequence[Request] = ()
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    def send(self, request: Request) -> None:
        """Have it called soon; nobody waits."""
        if self.broken:
            request.failed(Away())
            return
        self._waiting.append(request)
        self._woken.set()
        self._idle.clear()

    async def ask(
        self,
        script: Script,
        keys: Sequence[str],
        args: Sequence[str | float],
        undo: Callable[[Reply], None] | None = None,
    ) -> Reply:
        """The reply. Raises ``Away``. Who is cancelled has the reply, should one come, given to ``undo``."""
        request = Request(script, keys, args, asyncio.get_running_loop().create_future(), undo)
        self.send(request)
        assert request.future is not None
        try:
            return await request.future
        except asyncio.CancelledError:
            if undo is not None and not request.future.cancelled() and request.future.exception() is None:
                undo(request.future.result())
            raise

    async def flushed(self) -> None:
        """Returns once nothing waits to be sent or answered."""
        if not self.broken and (self._waiting or self._flying):
            await self._idle.wait()

    async def run(self) -> None:
        """Sends what comes until Redis fails; raises ``Away`` then."""
        try:
            while True:
                await self._woken.wait()
                self._woken.clear()
                while self._waiting:
                    self._flying = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
                    await self._round_trip(self._flying)
                    self._flying = ()
                self._idle.set()
        except (Away, RedisError, OSError) as error:
            self.error = str(error) or type(error).__name__
            raise Away(self.error) from error
        finally:
            self._break()

    def _break(self) -> None:
        self.broken = True
        for request in (*self._flying, *self._waiting):
            request.failed(Away())
        self._waiting.clear()
        self._flying = ()
        self._idle.set()

    async def _round_trip(self, batch: Sequence[Request]) -> None:
        replies = await within(self.timeout, self._call(batch))
        unknown = [one for one, reply in zip(batch, replies, strict=True) if isinstance(reply, NoScriptError)]
        for request, reply in zip(batch, replies, strict=True):
            if isinstance(reply, NoScriptError):
                continue
            if isinstance(reply, Exception):
                raise reply
            request.answered(reply)
        if unknown:  # somebody has emptied the server's script cache
            await within(self.timeout, load(self.client))
            await self._round_trip(unknown)

    async def _call(self, batch: Sequence[Request]) -> list[Reply]:
        pipe = self.client.pipeline(transaction=False)
        for one in batch:
            pipe.evalsha(one.script.sha, len(one.keys), *one.keys, *one.args)
        return await pipe.execute(raise_on_error=False)


async def load(client: Redis) -> None:
    """Make the scripts known to the server."""
    for script in SCRIPTS:
        await client.script_load(script.source)


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``. Raises ``Away`` when it takes longer.

    In two halves, each with a start of its own: while this process is too busy to look, no server is slow.
    """
    task = asyncio.ensure_future(work)
    try:
        for _ in range(2):
            done, _ = await asyncio.wait({task}, timeout=seconds / 2)
            if done:
                return task.result()
    finally:
        task.cancel()
    raise Away(f"it does not answer within {seconds * 1000:.0f} ms")
