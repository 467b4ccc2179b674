"""Where requests wait for their turn: first come, first served, for each bucket.

Who lacks something of a bucket claims it: nobody who came later takes of it before. So small requests do not
overtake a large one for ever, and who waits for one bucket holds up nobody who needs only others.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ccr.resilience.limits import Want

POLL = 0.1
"""Seconds after which a place is asked for again: other replicas do not say when they leave one."""

SHORTEST = 0.001
"""Seconds between two looks for what flows in."""


class Taken(Protocol):
    """All that was wanted, or nothing; see the state's contract."""

    @property
    def lacking(self) -> tuple[str, ...]: ...
    @property
    def wait(self) -> float: ...
    def settle(self, actual: Sequence[float]) -> None: ...
    def give_back(self) -> None: ...


class Buckets(Protocol):
    """What is needed of the state."""

    async def take(self, wants: Sequence[Want]) -> Taken: ...
    def wait(self, wants: Sequence[Want]) -> float: ...


@dataclass(slots=True, eq=False)
class Waiter:
    wants: Sequence[Want]
    future: asyncio.Future[Taken | None]
    """What it was given; None: it has waited too long."""

    claims: set[str] = field(default_factory=set)

    def late(self) -> None:
        if not self.future.done():
            self.future.set_result(None)


class Line:
    """All who wait in this process."""

    def __init__(self, buckets: Buckets) -> None:
        self._buckets = buckets
        self._waiting: dict[Waiter, None] = {}
        self._claims: Counter[str] = Counter()
        self._woken = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def claimed(self, wants: Iterable[Want]) -> tuple[str, ...]:
        """Those of the buckets that somebody waits for."""
        return tuple(want.name for want in wants if want.name in self._claims) if self._claims else ()

    def due(self, wants: Sequence[Want]) -> float:
        """Seconds until who comes now gets what he wants, everybody before him served; ``inf``: not known."""
        ahead: defaultdict[str, float] = defaultdict(float)
        for waiter in self._waiting:
            for want in waiter.wants:
                ahead[want.name] += want.amount
        return self._buckets.wait([want._replace(amount=want.amount + ahead[want.name]) for want in wants])

    async def wait(self, wants: Sequence[Want], lacking: Iterable[str], seconds: float) -> Taken | None:
        """What is wanted, when its turn has come; None when that takes too long."""
        loop = asyncio.get_running_loop()
        waiter = Waiter(wants, loop.create_future())
        self._waiting[waiter] = None
        self._claim(waiter, lacking)
        timer = loop.call_later(seconds, waiter.late)
        self._begin()
        try:
            return await waiter.future
        except asyncio.CancelledError:
            if not waiter.future.cancelled() and (taken := waiter.future.result()) is not None:
                taken.give_back()
            raise
        finally:
            timer.cancel()
            self._leave(waiter)

    def wake(self) -> None:
        """Something was given back."""
        if self._waiting:
            self._woken.set()

    async def close(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)

    def _claim(self, waiter: Waiter, names: Iterable[str]) -> None:
        new = set(names) - waiter.claims
        waiter.claims |= new
        self._claims.update(new)

    def _leave(self, waiter: Waiter) -> None:
        if waiter in self._waiting:
            del self._waiting[waiter]
            self._claims -= Counter(waiter.claims)
            self.wake()

    def _begin(self) -> None:
        self._woken.set()
        if self._pump is None or self._pump.done():
            self._pump = asyncio.get_running_loop().create_task(self._run(), name="limits")

    async def _run(self) -> None:
        while self._waiting:
            self._woken.clear()
            pause = await self._serve()
            timer = asyncio.get_running_loop().call_later(pause, self._woken.set)
            await self._woken.wait()
            timer.cancel()

    async def _serve(self) -> float:
        """Give to all whose turn it is, in order. Seconds after which to look again."""
        claimed: set[str] = set()
        pause = POLL
        for waiter in list(self._waiting):
            if waiter.future.done():
                continue
            if claimed.isdisjoint(want.name for want in waiter.wants):
                taken = await self._buckets.take(waiter.wants)
                if self._given(waiter, taken):
                    continue
                pause = min(pause, max(taken.wait, SHORTEST))
                self._claim(waiter, taken.lacking)
            claimed |= waiter.claims
        return pause

    def _given(self, waiter: Waiter, taken: Taken) -> bool:
        """Whether that waiter is done with."""
        if waiter.future.done():  # it left meanwhile
            taken.give_back()
        elif taken.lacking:
            return False
        else:
            waiter.future.set_result(taken)
            self._leave(waiter)
        return True
