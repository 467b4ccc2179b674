"""How many retries there may be: a share of the requests, so that trouble is not answered with a storm."""

from __future__ import annotations

import time
from collections.abc import Callable

from ccr.config.resilience import Retry


class Budget:
    """A bucket that each request fills by a share, and each retry empties by one. ``clock`` gives seconds."""

    def __init__(self, retry: Retry, clock: Callable[[], float] = time.monotonic) -> None:
        self._share = retry.budget
        self._refill = retry.budget_per_second
        self._most = float(retry.budget_burst)
        self._clock = clock
        self._left = self._most
        self._at = clock()

    def request(self) -> None:
        """A request has come."""
        left = self._left + self._share
        self._left = min(left, self._most)

    def has(self) -> bool:
        """Whether one more retry would be allowed."""
        now = self._clock()
        self._left = min(self._most, self._left + max(0.0, now - self._at) * self._refill)
        self._at = now
        return self._left >= 1

    def take(self) -> bool:
        """Whether one more retry is allowed; it is counted."""
        allowed = self.has()
        self._left -= allowed
        return allowed
