"""Token buckets and places of this process."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ccr.state.contract import Want

LIMIT = 20_000
"""Buckets that are kept at most; then those that are full go, which says the same as none."""


@dataclass(slots=True)
class Bucket:
    """Kept is what is missing, not what is there: so a new capacity counts at once."""

    refill: float
    spent: float = 0.0
    """What is taken out and has not flowed in again; of places: how many are held. May pass the capacity."""

    at: float = 0.0
    """When that was so."""

    def spent_at(self, now: float) -> float:
        if not self.refill or not self.spent:
            return self.spent
        return max(0.0, self.spent - (now - self.at) * self.refill)


@dataclass(slots=True)
class Share:
    """What one request took of the buckets: a ``Taken``."""

    buckets: LocalBuckets
    wants: Sequence[Want]
    lacking: tuple[str, ...] = ()
    wait: float = 0.0
    over: bool = False

    def settle(self, actual: Sequence[float]) -> None:
        if not (self.over or self.lacking):
            self.over = True
            self.buckets.returned(self.wants, actual)

    def give_back(self) -> None:
        self.settle([0.0] * len(self.wants))


@dataclass(slots=True)
class LocalBuckets:
    """The other half of a ``State``. Nothing in it waits. ``clock`` gives seconds."""

    clock: Callable[[], float]
    _buckets: dict[str, Bucket] = field(default_factory=dict)

    async def take(self, wants: Sequence[Want]) -> Share:
        return self.take_now(wants)

    def take_now(self, wants: Sequence[Want]) -> Share:
        now = self.clock()
        lacking, wait = lack(wants, [self._spent(want.name, now) for want in wants])
        if lacking:
            return Share(self, wants, lacking, wait)
        for want in wants:
            self._spend(want, want.amount, now)
        return Share(self, wants)

    def wait(self, wants: Sequence[Want]) -> float:
        now = self.clock()
        return lack(wants, [self._spent(want.name, now) for want in wants])[1]

    def returned(self, wants: Sequence[Want], actual: Sequence[float]) -> None:
        """The difference between what was taken and what was used goes back; places all do."""
        now = self.clock()
        for want, used in zip(wants, actual, strict=True):
            self._spend(want, (used if want.refill else 0.0) - want.amount, now)

    def learn(self, wants: Sequence[Want], spent: Sequence[float], taken: bool) -> None:
        """What was missing in buckets before this was or was not taken, as somebody says who sees more.

        Of places only ours are kept: nobody would tell when others give theirs back.
        """
        now = self.clock()
        for want, missing in zip(wants, spent, strict=True):
            known = missing - self._spent(want.name, now) if want.refill else 0.0
            self._spend(want, known + (want.amount if taken else 0.0), now)

    def _spent(self, name: str, now: float) -> float:
        bucket = self._buckets.get(name)
        return bucket.spent_at(now) if bucket is not None else 0.0

    def _spend(self, want: Want, amount: float, now: float) -> None:
        bucket = self._buckets.get(want.name)
        if bucket is None:
            if len(self._buckets) >= LIMIT:
                self._forget_full(now)
            bucket = self._buckets[want.name] = Bucket(want.refill)
        bucket.spent = max(0.0, bucket.spent_at(now) + amount)
        bucket.at, bucket.refill = now, want.refill

    def _forget_full(self, now: float) -> None:
        self._buckets = {name: bucket for name, bucket in self._buckets.items() if bucket.spent_at(now) > 0}


def lack(wants: Sequence[Want], spent: Sequence[float]) -> tuple[tuple[str, ...], float]:
    """The names of the buckets with too little, and seconds until all have enough; ``spent`` is of each."""
    names, wait = [], 0.0
    for want, missing in zip(wants, spent, strict=True):
        if (short := missing + want.amount - want.capacity) > 0:
            names.append(want.name)
            wait = max(wait, short / want.refill if want.refill else math.inf)
    return tuple(names), wait
