"""Who shares an answer: identical requests at once, and a client that lost its connection and asks again.

Never clients with different keys, nor different sessions. An answer that a client has got whole is never
given again: the same question then deserves a fresh one.
"""

from __future__ import annotations

import asyncio
import typing
from collections.abc import Callable
from dataclasses import dataclass

from ccr.config.resilience import Reconnect, SingleFlight
from ccr.exchange import Exchange
from ccr.upstream.attempt import Answer
from ccr.upstream.flight import Flight, Start

LARGEST = 4 << 20
"""Bytes kept of one answer; whoever comes to a longer one gets his own."""

LARGEST_OF_ALL = 64 << 20

Key = tuple[str, str | None, int, bytes]


class Place(typing.Protocol):
    """Where one request gets its answer from. ``done`` is called once, however it went."""

    joined: bool
    """The answer is another request's: it took nothing of its own."""

    async def answer(self, start: Start) -> Answer: ...

    def leave(self, cancel: Callable[[], object]) -> None:
        """The client has left: the request is cancelled at once, or as soon as nobody needs it."""
        ...

    async def done(self, *, delivered: bool) -> None:
        """The request is over. ``delivered``: the client has got all of the answer."""
        ...


class Alone:
    """A request that shares nothing."""

    joined = False

    async def answer(self, start: Start) -> Answer:
        return await start()

    def leave(self, cancel: Callable[[], object]) -> None:
        cancel()

    async def done(self, *, delivered: bool) -> None: ...


@dataclass(slots=True)
class _Open:
    """A flight in the table; its timer takes it out."""

    key: Key
    flight: Flight
    closed: bool = False
    timer: asyncio.TimerHandle | None = None


class Sharing:
    """The answers of one configuration that are under way or kept. Bytes: of one answer, of all together."""

    def __init__(
        self,
        single: SingleFlight,
        reconnect: Reconnect,
        largest: int = LARGEST,
        largest_of_all: int = LARGEST_OF_ALL,
    ) -> None:
        self._shares = single.enabled
        self._returns = reconnect.enabled
        self._grace = reconnect.grace_seconds if reconnect.enabled else 0.0
        self._keep = reconnect.keep_seconds if reconnect.enabled else 0.0
        self._largest = largest
        self._largest_of_all = largest_of_all
        self._size = 0
        self._open: dict[Key, _Open] = {}

    def enter(self, exchange: Exchange) -> Place:
        """The place of a request: beside an equal one, or its own."""
        if not (self._shares or self._returns):
            return Alone()
        key = key_of(exchange)
        found = self._open.get(key)
        if found is not None and self._fits(found, exchange):
            return self._joined(found, exchange)
        own = self._open[key] = _Open(key, Flight(exchange, self._largest, self._grew))
        return Seat(self, own, exchange, joined=False)

    def leave(self, open_: _Open) -> None:
        """A client has left. The last one may come back within the grace."""
        if open_.flight.watched:
            open_.flight.dismiss()
        elif self._grace:
            self._after(open_, self._grace, self._give_up)
        else:
            self._give_up(open_)

    async def done(self, open_: _Open, *, delivered: bool) -> None:
        """A request is over. What nobody reads any more is closed, or kept where nobody has got it whole."""
        flight = open_.flight
        if delivered:
            self._close(open_)
        if flight.readers:
            return
        if not open_.closed and flight.over and flight.from_the_start and self._keep:
            flight.rest()
            self._after(open_, self._keep, self._drop)
        else:
            self._drop(open_)
            await flight.close()

    def _fits(self, open_: _Open, exchange: Exchange) -> bool:
        flight = open_.flight
        allowed = self._shares if flight.watched else self._returns
        return allowed and not open_.closed and flight.from_the_start and same(flight.exchange, exchange)

    def _joined(self, open_: _Open, exchange: Exchange) -> Place:
        if open_.timer is not None:
            open_.timer.cancel()
        seat = Seat(self, open_, exchange, joined=True)
        open_.flight.dismiss()
        return seat

    def _give_up(self, open_: _Open) -> None:
        self._close(open_)
        open_.flight.dismiss_all()

    def _close(self, open_: _Open) -> None:
        """Nobody may come any more."""
        open_.closed = True
        if open_.timer is not None:
            open_.timer.cancel()
        if self._open.get(open_.key) is open_:
            del self._open[open_.key]

    def _after(self, open_: _Open, seconds: float, action: Callable[[_Open], None]) -> None:
        if open_.timer is not None:
            open_.timer.cancel()
        open_.timer = asyncio.get_running_loop().call_later(seconds, action, open_)

    def _drop(self, open_: _Open) -> None:
        self._close(open_)
        self._forget(open_)

    def _forget(self, open_: _Open) -> None:
        self._size -= open_.flight.size
        open_.flight.forget()

    def _grew(self, size: int) -> None:
        """Of too much that is kept, that of the oldest answers goes which nobody shares."""
        self._size += size
        if self._size <= self._largest_of_all:
            return
        for open_ in [o for o in self._open.values() if len(o.flight.readers) < 2]:
            self._forget(open_)
            if self._size <= self._largest_of_all // 2:
                break


class Seat:
    """A request's place at a flight."""

    def __init__(self, sharing: Sharing, open_: _Open, exchange: Exchange, *, joined: bool) -> None:
        self.joined = joined
        self.left: Callable[[], object] | None = None
        self._sharing = sharing
        self._open = open_
        self._exchange = exchange
        open_.flight.enter(self)

    async def answer(self, start: Start) -> Answer:
        """The answer: one's own, or the one under way. Raises ``RouterError``."""
        flight = self._open.flight
        if not self.joined:
            return await flight.begin(self, start)
        try:
            return await flight.join(self)
        finally:
            first, own = flight.exchange, self._exchange
            own.plan, own.target = first.plan, first.target
            own.failed, own.degraded = first.failed, first.degraded

    def leave(self, cancel: Callable[[], object]) -> None:
        self.left = cancel
        self._sharing.leave(self._open)

    async def done(self, *, delivered: bool) -> None:
        self._open.flight.leave(self)
        await self._sharing.done(self._open, delivered=delivered)


def key_of(exchange: Exchange) -> Key:
    """Tells requests apart cheaply; ``same`` then compares the few that look alike."""
    raw = exchange.raw
    middle = len(raw) // 2
    return exchange.client, exchange.session, len(raw), raw[middle : middle + 64]


def same(first: Exchange, second: Exchange) -> bool:
    """Whether two requests ask the same, byte for byte, under the same terms."""
    return first.raw == second.raw and _terms(first) == _terms(second)


def _terms(exchange: Exchange) -> dict[str, str]:
    return {name: value for name, value in exchange.headers.items() if name.startswith(_TERMS)}


_TERMS = ("anthropic-beta", "anthropic-version", "x-ccr-", "x-claude-code-", "authorization", "x-api-key")
"""Headers that must be equal. Keys are among them: clients with different ones may have no names."""
