"""Ends answers that fall silent or never end. Looked at now and then, so that a chunk costs nothing.

aiohttp's own read time-out sets a timer anew for every chunk, which is a tenth of what a chunk takes.
"""

from __future__ import annotations

import asyncio

import aiohttp

from ccr.errors import Broken

LOOKS = 4
"""How often in the time that an answer may be silent: it ends a fourth later than that at the latest."""


class Watch:
    """Watches the body of one answer until ``stop``. Seconds; ``deadline`` is a time of the loop's."""

    def __init__(self, content: aiohttp.StreamReader, idle: float, total: float, deadline: float) -> None:
        self._content = content
        self._idle = idle
        self._total = total
        self._deadline = deadline
        self._loop = asyncio.get_running_loop()
        self._seen = content.total_bytes
        self._silent = 0
        self._timer = self._loop.call_at(self._next(), self._look)

    def stop(self) -> None:
        self._timer.cancel()

    def _next(self) -> float:
        return min(self._loop.time() + self._idle / LOOKS, self._deadline)

    def _look(self) -> None:
        came, self._seen = self._content.total_bytes - self._seen, self._content.total_bytes
        # What lies unread is the client's silence. (aiohttp has no public word for a reader that waits.)
        waits = self._content._waiter is not None  # noqa: SLF001
        self._silent = self._silent + 1 if waits and not came else 0
        if self._silent >= LOOKS:
            self._content.set_exception(Broken(f"The provider was silent for {self._idle:g} s.", status=504))
        elif self._loop.time() >= self._deadline:
            self._content.set_exception(
                Broken(f"The provider did not finish within {self._total:g} s.", status=504)
            )
        else:
            self._timer = self._loop.call_at(self._next(), self._look)
