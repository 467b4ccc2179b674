"""The newest records, in memory: the last errors, and whoever watches."""

from __future__ import annotations

import asyncio
import typing
from collections import deque
from contextlib import suppress

from ccr.telemetry.ending import LEFT
from ccr.telemetry.record import Record

ERRORS = 1_000
"""Errors that are remembered."""

UNREAD = 256
"""Records that wait for one who watches; older ones are dropped and counted."""


class Refused(typing.Protocol):
    """A request that failed before it was routed (``meter.Refusal``)."""

    @property
    def id(self) -> str: ...

    @property
    def at(self) -> float: ...

    @property
    def status(self) -> int: ...

    @property
    def error(self) -> str: ...

    @property
    def message(self) -> str: ...


class Feed:
    """What one listener gets. Made and read in an event loop, filled from any thread."""

    def __init__(self) -> None:
        self.missed = 0
        """Records dropped because they were not read in time, since the last ``take``."""

        self._loop = asyncio.get_running_loop()
        self._come = asyncio.Event()
        self._unread: deque[Record] = deque()
        self._over = False

    def put(self, record: Record) -> None:
        if len(self._unread) >= UNREAD:
            with suppress(IndexError):
                self._unread.popleft()
                self.missed += 1
        self._unread.append(record)
        self._ring()

    def end(self) -> None:
        self._over = True
        self._ring()

    async def take(self, timeout: float) -> list[Record] | None:
        """What has come, waiting at most ``timeout`` seconds for the first. None: there comes no more."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._come.wait(), timeout)
        self._come.clear()
        found = [self._unread.popleft() for _ in range(len(self._unread))]
        return None if self._over and not found else found

    def _ring(self) -> None:
        with suppress(RuntimeError):  # its loop has ended before it did
            self._loop.call_soon_threadsafe(self._come.set)


class Recent:
    """Fed with every record."""

    def __init__(self) -> None:
        self.errors: deque[Record] = deque(maxlen=ERRORS)
        self._feeds: tuple[Feed, ...] = ()

    def add(self, record: Record) -> None:
        if record.error not in ("", LEFT):
            self.errors.append(record)
        for feed in self._feeds:
            feed.put(record)

    def refused(self, refused: Refused) -> None:
        """A request that has no row is remembered as one that was never routed."""
        what = {name: getattr(refused, name) for name in ("id", "at", "status", "error", "message")}
        self.errors.append(Record(**what))

    def error(self, id: str) -> Record | None:
        """The error of that request."""
        return next((one for one in tuple(self.errors) if one.id == id), None)

    @property
    def listeners(self) -> int:
        return len(self._feeds)

    def listen(self) -> Feed:
        """A feed of all that comes from now on; ``leave`` ends it."""
        feed = Feed()
        self._feeds = (*self._feeds, feed)
        return feed

    def leave(self, feed: Feed) -> None:
        self._feeds = tuple(other for other in self._feeds if other is not feed)

    def close(self) -> None:
        """Ends every feed."""
        for feed in self._feeds:
            feed.end()
