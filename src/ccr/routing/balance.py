"""Choosing between equals, and staying with the choice: a prompt cache is worth more than any balance."""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from ccr.config.routes.shapes import Member, Route

Price = Callable[[str], float | None]
"""What a million input tokens of a target cost, None where nobody knows."""

REMEMBERED = 20_000
FRESH = 300.0
"""Seconds for which a measured latency counts; after that the target is tried again."""

FAILED = 30.0
"""Seconds that a failure counts as."""


class Facts(Protocol):
    """What replicas share: small values that expire. Never waits."""

    def get(self, name: str) -> bytes | None: ...
    def put(self, name: str, value: bytes, seconds: float) -> None: ...


@dataclass(slots=True)
class _Held:
    target: str
    until: float
    told: float
    """Until when replicas know of it."""


@dataclass(slots=True)
class _Latency:
    seconds: float
    at: float


@dataclass(slots=True)
class Balancer:
    """What one process remembers of conversations and latencies.

    ``name_of`` gives the one name of a target, however it is written; ``clock`` gives seconds.
    """

    name_of: Callable[[str], str] = str
    clock: Callable[[], float] = time.monotonic
    price: Price = lambda _: None
    facts: Facts | None = None
    """Where it is kept for other replicas, and for the next start."""

    _held: OrderedDict[str, _Held] = field(default_factory=OrderedDict)
    _latencies: dict[str, _Latency] = field(default_factory=dict)

    def order(self, route: Route, key: str) -> list[str]:
        """The members' targets, first the one that the conversation ``key`` stays with."""
        names = [self.name_of(member.target) for member in self._sorted(route, key)]
        target = self._target(key)
        return [target, *(name for name in names if name != target)] if target in names else names

    def renamed(self, name_of: Callable[[str], str]) -> Balancer:
        """The same memory, shared, for other names of targets."""
        return replace(self, name_of=name_of)

    def keep(self, key: str, target: str, seconds: float) -> None:
        """The conversation stays with a target until it has been idle for so long."""
        now, held = self.clock(), self._held.get(key)
        told = held.told if held is not None and held.target == target else 0.0
        if self.facts is not None and told < now + seconds / 2:  # else they know it for long enough
            told = now + seconds
            self.facts.put(_name(key), target.encode(), seconds)
        self._held[key] = _Held(target, now + seconds, told)
        self._held.move_to_end(key)
        if len(self._held) > REMEMBERED:
            self._held.popitem(last=False)

    def took(self, target: str, seconds: float) -> None:
        """A target took so long to begin its answer."""
        before, now = self._latencies.get(target), self.clock()
        fresh = before is not None and now - before.at < FRESH
        mean = (before.seconds * 3 + seconds) / 4 if before is not None and fresh else seconds
        self._latencies[target] = _Latency(mean, now)

    def failed(self, target: str) -> None:
        """A target gave no answer: others are quicker, for a while."""
        self.took(target, FAILED)

    def _target(self, key: str) -> str | None:
        held = self._held.get(key)
        if held is not None and held.until >= self.clock():
            return held.target
        known = self.facts.get(_name(key)) if self.facts is not None else None
        return known.decode() if known else None

    def _sorted(self, route: Route, key: str) -> Sequence[Member]:
        match route.strategy:
            case "weighted":
                return sorted(route.members, key=lambda member: _lot(member, key))
            case "least-latency":
                return sorted(route.members, key=self._latency)
            case "least-cost":
                return sorted(route.members, key=self._cost)
        return route.members

    def _latency(self, member: Member) -> float:
        """Nothing where it is not known: then it is found out."""
        known = self._latencies.get(self.name_of(member.target))
        return known.seconds if known is not None and self.clock() - known.at < FRESH else 0.0

    def _cost(self, member: Member) -> float:
        cost = member.cost if member.cost is not None else self.price(self.name_of(member.target))
        return math.inf if cost is None else cost


def _name(key: str) -> str:
    """Under what replicas know a conversation: nothing of it can be read there."""
    return f"group:{hashlib.blake2b(key.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def _lot(member: Member, key: str) -> float:
    """Weighted rendezvous hashing: the same lot everywhere and always; who leaves moves only its own."""
    digest = hashlib.blake2b(f"{key}\0{member.target}".encode("utf-8", "replace"), digest_size=8).digest()
    chance = (int.from_bytes(digest) + 1) / (2**64 + 1)
    return -math.log(chance) / member.weight if member.weight else math.inf
