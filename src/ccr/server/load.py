"""How much is going on at once, and what is beyond it: refused in words, never a crash."""

from __future__ import annotations

import asyncio
from collections import deque

from starlette.types import Scope

from ccr.config.process import Process
from ccr.errors import Draining
from ccr.server import descriptors

TICKET = "ccr.ticket"
"""Where in an ASGI scope the request's ticket is."""

PATIENCE = 10.0
"""Seconds that a body waits for room."""

CLOSING = {"retry-after": "1", "connection": "close"}
FULL = {"retry-after": "2"}


class Load:
    """Mutable state: the requests in flight and the bytes of their bodies, each with its bound."""

    def __init__(self, bounds: Process) -> None:
        self.most = self.most_bytes = 0
        self.bound(bounds)
        self.in_flight = 0
        self.body_bytes = 0
        self.refused = 0
        self.draining = False
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    def bound(self, bounds: Process) -> None:
        """Sets the bounds: no more requests than there are descriptors for, two each."""
        self.most = descriptors.within(bounds.in_flight)
        self.most_bytes = bounds.body_bytes

    def enter(self) -> Ticket:
        """Lets a request in. Raises ``Draining``."""
        if self.draining:
            raise self._refusal("The router is shutting down: ask again in a moment.", CLOSING)
        if self.in_flight >= self.most:
            raise self._refusal(f"The router has {self.most} requests in flight, as many as it may.", FULL)
        self.in_flight += 1
        return Ticket(self)

    def state(self) -> dict[str, object]:
        """For ``/health``."""
        return {
            "in_flight": self.in_flight,
            "most_in_flight": self.most,
            "body_bytes": self.body_bytes,
            "most_body_bytes": self.most_bytes,
            "bodies_waiting": len(self._waiting),
            "refused": self.refused,
        }

    async def take(self, size: int) -> None:
        """Takes room for so many bytes, first come, first served. Raises ``Draining`` after ``PATIENCE``."""
        if self.has_room(size):
            self.body_bytes += size
            return
        room: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((size, room))
        try:
            await asyncio.wait_for(room, PATIENCE)
        except BaseException as error:
            self._gave_up(size, room)
            if isinstance(error, TimeoutError):
                words = f"The router holds {self.most_bytes >> 20} MB of request bodies, as many as it may."
                raise self._refusal(words, FULL) from None
            raise

    def has_room(self, size: int) -> bool:
        """Whether so many bytes more may be held, and nobody waits for them."""
        return not self._waiting and self._fits(size)

    def _gave_up(self, size: int, room: asyncio.Future[None]) -> None:
        if room.done() and not room.cancelled():  # it got the room in this very moment
            self.body_bytes -= size
        self._waiting = deque(each for each in self._waiting if each[1] is not room)
        self._wake()

    def give(self, size: int) -> None:
        """Gives room back."""
        self.body_bytes -= size
        self._wake()

    def _wake(self) -> None:
        while self._waiting and (self._waiting[0][1].done() or self._fits(self._waiting[0][0])):
            size, room = self._waiting.popleft()
            if not room.done():
                self.body_bytes += size
                room.set_result(None)

    def _fits(self, size: int) -> bool:
        """One body always does: how large it may be is for ``MAX_BODY_MB`` to say."""
        return not self.body_bytes or self.body_bytes + size <= self.most_bytes

    def _refusal(self, words: str, headers: dict[str, str]) -> Draining:
        self.refused += 1
        return Draining(words, headers=headers)


class Ticket:
    """One request in flight, with the room that its body takes."""

    __slots__ = ("_held", "_load")

    def __init__(self, load: Load) -> None:
        self._load = load
        self._held = 0

    def held(self, size: int) -> bool:
        """Holds room for so many bytes in all, where there is room at once."""
        if (more := size - self._held) > 0:
            if not self._load.has_room(more):
                return False
            self._load.body_bytes += more
            self._held = size
        return True

    async def hold(self, size: int) -> None:
        """Holds room for so many bytes in all. Raises ``Draining`` when there is none for long."""
        if size > self._held:
            more = size - self._held
            await self._load.take(more)
            self._held += more

    def leave(self) -> None:
        self._load.in_flight -= 1
        self._load.give(self._held)


def ticket_of(scope: Scope) -> Ticket | None:
    """The ticket of a request, where it has one."""
    found: Ticket | None = scope.get(TICKET)
    return found
