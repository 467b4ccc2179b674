"""What one request, or one try of it, takes of the limits: reserved before, settled after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccr.exchange import Exchange
from ccr.resilience.limiter import Limiter, OverLimit, Permit
from ccr.resilience.limits import Cost, Scope, estimate

NOTHING: Mapping[str, Any] = {"input_tokens": 0, "output_tokens": 0}


class Reservation:
    """Costs nothing where no limit holds. ``settle`` and ``release`` may come twice; the first counts."""

    __slots__ = ("_exchange", "_limiter", "_permit")

    def __init__(self, limiter: Limiter, exchange: Exchange) -> None:
        self._limiter = limiter
        self._exchange = exchange
        self._permit: Permit | None = None

    async def of_request(self) -> None:
        """What its client, and the router as a whole, may take. Waits its turn; raises ``OverLimit``."""
        scope = Scope.of_request(self._exchange.client)
        if self._limiter.applies(scope):
            self._permit = await self._limiter.enter(scope, self._cost())

    async def of_try(self, scope: Scope, *, patient: bool) -> None:
        """What a provider, a model and a key may take. Raises ``OverLimit``; at once if not ``patient``."""
        if not self._limiter.applies(scope):
            return
        cost = self._cost()
        if patient:
            self._permit = await self._limiter.enter(scope, cost)
        elif (permit := await self._limiter.try_enter(scope, cost)) is not None:
            self._permit = permit
        else:
            raise OverLimit(scope.key or scope.provider, self._limiter.would_wait(scope, cost))

    def settle(self, usage: Mapping[str, Any]) -> None:
        """It took so much; an empty usage: as much as was reserved."""
        if self._permit is not None:
            self._permit.settle(usage)

    def failed(self) -> None:
        """It was asked, and took no tokens."""
        self.settle(NOTHING)

    def release(self) -> None:
        """It was not asked."""
        if self._permit is not None:
            self._permit.release()

    def _cost(self) -> Cost:
        most = self._exchange.body.get("max_tokens")
        return estimate(len(self._exchange.raw), most if isinstance(most, int) else None)
