"""What replicas share, in two halves: facts, and buckets that requests are taken from.

Others do not import this: they name what they need in a protocol of their own, and are given a ``State``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


class Facts(Protocol):
    """Small values that expire: benched keys, open breakers, which session is where.

    Answered from a copy in this process: no call ever waits. What one replica puts, the others have a moment
    later; of two that put the same name at once, all end with the same value.
    """

    def get(self, name: str) -> bytes | None:
        """The value; None: never put, dropped or expired."""

    def put(self, name: str, value: bytes, seconds: float) -> None:
        """Keep a value for so long; nothing is kept for 0 seconds or less."""

    def drop(self, name: str) -> None:
        """Forget it."""


class Want(Protocol):
    """So much of one bucket; or, where nothing flows in, a place among so many."""

    @property
    def name(self) -> str: ...

    @property
    def amount(self) -> float:
        """What is wanted, at most ``capacity``; of places always one."""

    @property
    def capacity(self) -> float:
        """What a full bucket holds, or how many places there are."""

    @property
    def refill(self) -> float:
        """What flows in each second; 0: it has places, each held until it is given back."""


class Taken(Protocol):
    """All that was wanted, or nothing. To be settled or given back once; the second time nothing happens."""

    @property
    def lacking(self) -> tuple[str, ...]:
        """The names of the buckets that hold too little; empty: all was taken."""

    @property
    def wait(self) -> float:
        """Seconds until all have enough, if nobody else takes; ``inf``: until a place is free."""

    def settle(self, actual: Sequence[float]) -> None:
        """What it took in truth, in the order of the wants: the difference flows back, or is owed.

        Places are free again, whatever is said of them.
        """

    def give_back(self) -> None:
        """Nothing was used."""


class Buckets(Protocol):
    """Token buckets and places, taken from several at once, atomically."""

    async def take(self, wants: Sequence[Want]) -> Taken:
        """All of it or nothing. Who is cancelled here has taken nothing."""

    def wait(self, wants: Sequence[Want]) -> float:
        """Seconds until it could be taken, as far as this process knows; 0: now."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the state does, for ``/health``."""

    kind: Literal["memory", "redis"]
    shared: bool
    """Other replicas see it right now."""

    error: str = ""
    """Why it is not shared although it should be; no secrets in it."""


class State(Facts, Buckets, Protocol):
    """Both halves, and their life. Used in one event loop, between ``start`` and ``close``."""

    async def start(self) -> None:
        """Load what is known. Never fails and takes at most a second: what is away is joined later."""

    async def close(self) -> None:
        """Write what is not yet written, within a second."""

    def health(self) -> Health: ...
