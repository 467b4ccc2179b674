"""How many of the calls of late failed or were slow: counts in a ring of buckets of time."""

from __future__ import annotations

from typing import NamedTuple

BUCKETS = 6
"""The window slides by a sixth of itself."""


class Counts(NamedTuple):
    all: int
    failed: int
    slow: int


class Window:
    """The last ``seconds``. A call is counted in one step, whatever the traffic."""

    __slots__ = ("_counts", "_stamps", "_width")

    def __init__(self, seconds: float) -> None:
        self._width = seconds / BUCKETS
        self.clear()

    def clear(self) -> None:
        self._stamps = [-1] * BUCKETS
        self._counts = [[0, 0, 0] for _ in range(BUCKETS)]

    def add(self, now: float, *, failed: bool = False, slow: bool = False) -> None:
        stamp = int(now / self._width)
        at = stamp % BUCKETS
        if self._stamps[at] != stamp:
            self._stamps[at], self._counts[at] = stamp, [0, 0, 0]
        counts = self._counts[at]
        counts[0] += 1
        counts[1] += failed
        counts[2] += slow

    def counts(self, now: float) -> Counts:
        oldest = int(now / self._width) - BUCKETS
        live = [c for stamp, c in zip(self._stamps, self._counts, strict=True) if stamp > oldest]
        return Counts(*(sum(column) for column in zip(*live, strict=True))) if live else Counts(0, 0, 0)
