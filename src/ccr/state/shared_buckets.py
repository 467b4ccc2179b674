"""Buckets in Redis: taken there, or here while it is away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ccr.state.buckets import LocalBuckets, lack
from ccr.state.contract import Taken, Want
from ccr.state.link import Away, Link, Reply, Request
from ccr.state.scripts import RENEW, SETTLE, TAKE

LEASE = 60.0
"""Seconds after which the places of a replica that says nothing more are free again."""


@dataclass(slots=True, eq=False)
class Reservation:
    """What one request took of the shared buckets: a ``Taken``."""

    owner: SharedBuckets
    id: str
    wants: Sequence[Want]
    lacking: tuple[str, ...] = ()
    wait: float = 0.0

    def settle(self, actual: Sequence[float]) -> None:
        self.owner.settle(self, actual)

    def give_back(self) -> None:
        self.owner.settle(self, [0.0] * len(self.wants))


class SharedBuckets:
    """One half of the state in Redis. ``local`` repeats what is known, to go on with when Redis is away."""

    def __init__(self, me: str, prefix: str, clock: Callable[[], float], lease: float = LEASE) -> None:
        self.local = LocalBuckets(clock)
        self.held: dict[str, Reservation] = {}
        """By id, what is neither settled nor given back."""

        self._me, self._prefix, self._lease = me, f"{prefix}b:", lease
        self._count = 0
        self._link: Link | None = None

    def joined(self, link: Link) -> None:
        self._link = link
        self.renew()

    async def take(self, wants: Sequence[Want]) -> Taken:
        link = self._link
        if link is None or link.broken:
            return self.local.take_now(wants)
        self._count += 1
        reservation = Reservation(self, f"{self._me}-{self._count}", wants)
        args: list[str | float] = [reservation.id, self._lease]
        for want in wants:
            args += (want.amount, want.capacity, want.refill)
        try:
            reply = await link.ask(
                TAKE, self._keys(wants), args, lambda late: self._taken(reservation, late).give_back()
            )
        except Away:
            return self.local.take_now(wants)
        return self._taken(reservation, reply)

    def settle(self, reservation: Reservation, actual: Sequence[float]) -> None:
        """Say what it took in truth. While Redis is away it does not hear: it frees places by their lease."""
        if self.held.pop(reservation.id, None) is None:
            return
        wants = reservation.wants
        self.local.returned(wants, actual)
        args: list[str | float] = [reservation.id]
        for want, used in zip(wants, actual, strict=True):
            args += (used - want.amount, want.refill)
        self._send(Request(SETTLE, self._keys(wants), args))

    def renew(self) -> None:
        """Say that we live: our places stay ours for another lease. Also asks whether Redis does."""
        places = [
            (self._prefix + want.name, one.id)
            for one in self.held.values()
            for want in one.wants
            if not want.refill
        ]
        holders = [holder for _, holder in places]
        self._send(Request(RENEW, [key for key, _ in places], [self._lease, *holders]))

    def _send(self, request: Request) -> None:
        if self._link is not None and not self._link.broken:
            self._link.send(request)

    def _taken(self, reservation: Reservation, reply: Reply) -> Reservation:
        taken, spent = reply[0] == 1, [float(text) for text in reply[1:]]
        self.local.learn(reservation.wants, spent, taken)
        if taken:
            self.held[reservation.id] = reservation
        else:
            reservation.lacking, reservation.wait = lack(reservation.wants, spent)
        return reservation

    def _keys(self, wants: Sequence[Want]) -> list[str]:
        return [self._prefix + want.name for want in wants]
