"""Threads for code of the user's, which may never come to an end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar, cast

from ccr.routing.custom_contract import Failed

T = TypeVar("T")

Ended = tuple[object, BaseException | None]
"""What a call gave, or what it raised."""

MOST = 16
"""Calls that may be in their threads at once. A thread cannot be stopped: those that hang count as well."""


class Threads:
    """Not the event loop's own: those that hang would keep everybody else's work from being done, and the
    service from ending. Mutable state: how many are running.
    """

    def __init__(self) -> None:
        self._running = 0

    async def run(self, call: Callable[[], T]) -> T:
        """What ``call`` gives or raises. Raises ``Failed`` when too many have not come to an end."""
        if self._running >= MOST:
            raise Failed(f"{MOST} earlier calls of it have not come to an end.")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Ended] = loop.create_future()

        def run() -> None:
            ended = _ended(call)
            with suppress(RuntimeError):  # the service has ended meanwhile, and its loop with it
                loop.call_soon_threadsafe(self._take, future, ended)

        threading.Thread(target=run, name="ccr-custom", daemon=True).start()
        self._running += 1
        found, error = await future
        if error is not None:
            raise error
        return cast(T, found)

    def _take(self, future: asyncio.Future[Ended], ended: Ended) -> None:
        self._running -= 1
        if not future.done():
            future.set_result(ended)


def _ended(call: Callable[[], object]) -> Ended:
    try:
        return call(), None
    except BaseException as error:  # noqa: BLE001 - anybody's code
        return None, error
