"""In which order a pool prefers its keys, by strategy. Which of them are out is not known here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType
from typing import NamedTuple

from ccr.config.resilience import Keys, KeyStrategy
from ccr.resilience.bench import Facts

SESSIONS = 4096
"""Sessions whose order of keys is remembered; that of others is found again."""

HALF_LIFE = 60.0
"""Seconds after which a use of a key counts half."""


class Row(NamedTuple):
    """What a strategy knows of a key: a stable name that is not the key, and what the user said of it."""

    name: str
    weight: float = 1.0
    priority: int | None = None


class Order:
    """The order of the file. Strategies override what they need."""

    def __init__(self, rows: Sequence[Row], prefix: str, facts: Facts, options: Keys) -> None:
        self.rows = rows
        self.prefix = prefix
        self.facts = facts
        self.options = options
        self.file = tuple(range(len(rows)))

    def indexes(self, session: str | None, now: float) -> Sequence[int]:  # noqa: ARG002
        """The keys' indexes, the preferred one first."""
        return self.file

    def chosen(self, index: int, now: float) -> None:
        """This one of them was taken."""

    def began(self, index: int) -> None:
        """A use of it begins."""

    def ended(self, index: int) -> None:
        """A use of it has ended, well or not."""

    def answered(self, session: str, index: int, now: float) -> None:
        """It served the session."""


@dataclass(slots=True)
class _Seat:
    """One session: the order of keys that its name gives it, and what is known of its having moved."""

    name: str
    order: tuple[int, ...]
    used: float = 0.0
    written: float = 0.0


class Sticky(Order):
    """One session, one key, found by rendezvous hashing: the same in every replica and after a restart.

    A session that had to move stays with its new key while a prompt cache there may live.
    """

    def __init__(self, rows: Sequence[Row], prefix: str, facts: Facts, options: Keys) -> None:
        super().__init__(rows, prefix, facts, options)
        self._seats: dict[str, _Seat] = {}
        self._index_of = {row.name.encode(): index for index, row in enumerate(rows)}

    def indexes(self, session: str | None, now: float) -> Sequence[int]:
        seat = self._seat(session or "")
        moved = self._moved_to(seat, now)
        if moved is None or moved == seat.order[0]:
            return seat.order
        return (moved, *(index for index in seat.order if index != moved))

    def answered(self, session: str, index: int, now: float) -> None:
        seat, warm = self._seat(session), self.options.warm_seconds
        kept = self.facts.get(seat.name)
        if index == seat.order[0]:
            if kept is not None:
                self.facts.put(seat.name, b"", 0.0)
            return
        seat.used, name = now, self.rows[index].name.encode()
        if kept != name or now - seat.written > warm / 4:
            seat.written = now
            self.facts.put(seat.name, name, warm * 1.25)

    def _moved_to(self, seat: _Seat, now: float) -> int | None:
        kept = self.facts.get(seat.name)
        if kept is None or (seat.used and now - seat.used > self.options.warm_seconds):
            return None
        return self._index_of.get(kept)

    def _seat(self, session: str) -> _Seat:
        seat = self._seats.pop(session, None)
        if seat is None:
            mark = blake2b(session.encode(), digest_size=8).hexdigest()
            seat = _Seat(
                self.prefix + mark, tuple(sorted(self.file, key=lambda index: self.rank(index, session)))
            )
            if len(self._seats) >= SESSIONS:
                del self._seats[next(iter(self._seats))]
        self._seats[session] = seat
        return seat

    def rank(self, index: int, session: str) -> tuple[float, float]:
        """Where a key stands for a session; the lowest is its own; keys without a priority go last."""
        row = self.rows[index]
        return math.inf if row.priority is None else row.priority, _distance(row, session)


class Priority(Sticky):
    """The first key in the file that is not out, or by ``priority``; sessions return to it at once."""

    def indexes(self, session: str | None, now: float) -> Sequence[int]:  # noqa: ARG002
        return self._seat(session or "").order

    def answered(self, session: str, index: int, now: float) -> None:
        """Nothing is kept."""

    def rank(self, index: int, session: str) -> tuple[float, float]:
        priority, distance = super().rank(index, session)
        return (priority, index) if priority == math.inf else (priority, distance)


class RoundRobin(Order):
    """Each in turn."""

    _next = 0

    def indexes(self, session: str | None, now: float) -> Sequence[int]:  # noqa: ARG002
        return (*self.file[self._next :], *self.file[: self._next])

    def chosen(self, index: int, now: float) -> None:  # noqa: ARG002
        self._next = (index + 1) % len(self.file)


class Weighted(Order):
    """Each as often as its weight says, evenly mixed (smooth weighted round-robin)."""

    def __init__(self, rows: Sequence[Row], prefix: str, facts: Facts, options: Keys) -> None:
        super().__init__(rows, prefix, facts, options)
        self._total = sum(row.weight for row in rows)
        self._due = [0.0] * len(rows)

    def indexes(self, session: str | None, now: float) -> Sequence[int]:  # noqa: ARG002
        return sorted(self.file, key=lambda index: -self._due[index] - self.rows[index].weight)

    def chosen(self, index: int, now: float) -> None:  # noqa: ARG002
        due = [due + row.weight for due, row in zip(self._due, self.rows, strict=True)]
        due[index] -= self._total
        # Who was out does not get all of it back: while none is, the bounds are never met.
        self._due = [max(-self._total, min(value, self._total)) for value in due]


class LeastUsed(Order):
    """The one with the fewest calls that run, then with the fewest of late."""

    def __init__(self, rows: Sequence[Row], prefix: str, facts: Facts, options: Keys) -> None:
        super().__init__(rows, prefix, facts, options)
        self._running = [0] * len(rows)
        self._late = [(0.0, 0.0)] * len(rows)

    def indexes(self, session: str | None, now: float) -> Sequence[int]:  # noqa: ARG002
        return sorted(
            self.file, key=lambda n: (self._running[n] / self.rows[n].weight, self._uses(n, now), n)
        )

    def chosen(self, index: int, now: float) -> None:
        self._late[index] = (self._uses(index, now) * self.rows[index].weight + 1.0, now)

    def began(self, index: int) -> None:
        self._running[index] += 1

    def ended(self, index: int) -> None:
        self._running[index] -= 1

    def _uses(self, index: int, now: float) -> float:
        """Those of late, by weight, each the less the longer ago."""
        uses, then = self._late[index]
        return uses * math.pow(0.5, max(0.0, now - then) / HALF_LIFE) / self.rows[index].weight


STRATEGIES: Mapping[KeyStrategy, type[Order]] = MappingProxyType(
    {
        "sticky": Sticky,
        "round-robin": RoundRobin,
        "weighted": Weighted,
        "least-used": LeastUsed,
        "priority": Priority,
    }
)


def strategy(name: KeyStrategy, rows: Sequence[Row], prefix: str, facts: Facts, options: Keys) -> Order:
    """The order of one pool; ``prefix`` begins the names of what it keeps in ``facts``."""
    return STRATEGIES[name](rows, prefix, facts, options)


def _distance(row: Row, session: str) -> float:
    """How far a key is from a session: the nearest of all wins as often as its weight says."""
    digest = blake2b(f"{session}\0{row.name}".encode(), digest_size=8).digest()
    share = (int.from_bytes(digest, "big") + 1) / (2**64 + 1)
    return -math.log(share) / row.weight
