"""One request on its way: what lies behind it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ccr.errors import KeyRefused, RouterError
from ccr.exchange import Exchange, Target, Verdict
from ccr.upstream.reservation import Reservation


@dataclass(slots=True)
class Trip:
    """What lies behind one request."""

    exchange: Exchange
    error: RouterError | None
    """What the client is told if nothing answers: the first failure that is worth telling."""

    reserved: Reservation
    """What the request takes of its client's limits, and of everybody's."""

    keys: set[int] = field(default_factory=set)
    """The keys of the target at hand that were tried."""

    patient: bool = False
    """Nothing else is left: it waits for its turn where a limit is reached."""

    failed: int = 0
    retries: int = 0
    waited: float = 0.0

    def failure(self, target: Target, error: RouterError) -> None:
        self.failed += 1
        error.forget()
        self.exchange.failed.append(Verdict(str(target), f"{error.status} {error.message}"))
        if self.error is None or (isinstance(self.error, KeyRefused) and not isinstance(error, KeyRefused)):
            self.error = error  # a key that is out says less than what came after it
