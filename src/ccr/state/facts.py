"""Facts of this process: values by name that expire, bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

LIMIT = 50_000
"""Facts that are kept at most; then the expired go, and those put longest ago."""


class Fact(NamedTuple):
    value: bytes
    until: float
    """On the clock of its ``LocalFacts``."""


class LocalFacts:
    """Half of a ``State``. ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float], limit: int = LIMIT) -> None:
        self.clock = clock
        self._limit = limit
        self._facts: dict[str, Fact] = {}

    def get(self, name: str) -> bytes | None:
        fact = self._facts.get(name)
        if fact is None:
            return None
        if fact.until > self.clock():
            return fact.value
        del self._facts[name]
        return None

    def put(self, name: str, value: bytes, seconds: float) -> None:
        self._facts.pop(name, None)  # so that the order is that of the last put
        if seconds <= 0:
            return
        self._facts[name] = Fact(value, self.clock() + seconds)
        if len(self._facts) > self._limit:
            self._make_room()

    def drop(self, name: str) -> None:
        self._facts.pop(name, None)

    def live(self) -> Iterator[tuple[str, bytes, float]]:
        """Each name with its value and how many seconds it has left: those of now, whenever they are read."""
        now = self.clock()
        return (
            (name, fact.value, fact.until - now)
            for name, fact in list(self._facts.items())
            if fact.until > now
        )

    def left(self, name: str) -> float:
        """Seconds it has left; 0: there is none."""
        fact = self._facts.get(name)
        return max(0.0, fact.until - self.clock()) if fact else 0.0

    def _make_room(self) -> None:
        """An eighth more than needed, so that this is rare."""
        now = self.clock()
        self._facts = {name: fact for name, fact in self._facts.items() if fact.until > now}
        surplus = len(self._facts) - self._limit * 7 // 8
        for name in list(islice(self._facts, max(0, surplus))):
            del self._facts[name]
