"""Tries the targets of a plan in order until one answers."""

from __future__ import annotations

import typing
from collections.abc import Callable
from dataclasses import dataclass

from ccr.errors import BadRequest, NoRoute, ProxyFault, RouterError, UpstreamError
from ccr.exchange import Exchange, Target, Try, Verdict
from ccr.protocols.contract import Protocol
from ccr.transformers.chain import Chain
from ccr.upstream.attempt import Answer, Attempt
from ccr.upstream.client import Client, Timeouts
from ccr.upstream.credentials import Credentials
from ccr.upstream.memory import Memory

PROVIDERS_OWN = (402, 404)
"""Refusals that another provider need not share: no credit there, no such model there."""


class Outcomes(typing.Protocol):
    """Who is told how targets do."""

    def answered(self, exchange: Exchange, target: Target, seconds: float) -> None:
        """The answer has begun well after so long."""

    def failed(self, exchange: Exchange, target: Target, error: UpstreamError) -> None:
        """There is no answer."""


class Watcher(typing.Protocol):
    """Who is told when all is over: ``Meter``."""

    def ended(self, exchange: Exchange) -> None:
        """The answer has been read to its end, has broken or was left, or there is none: said once."""


@dataclass(slots=True)
class Upstream:
    """Sends exchanges where their plans say."""

    client: Client
    credentials: Credentials
    protocol_of: Callable[[Target], Protocol]
    chain_of: Callable[[Target], Chain]
    timeouts: Timeouts
    memory: Memory
    outcomes: Outcomes
    watcher: Watcher | None = None

    async def send(self, exchange: Exchange) -> Answer:
        """The first answer that begins well. Raises the first target's error when none does."""
        plan = exchange.plan
        assert plan is not None
        first: RouterError | None = plan.refusal
        for target in plan.targets:
            exchange.target = target
            tried = Try(target)
            exchange.tries.append(tried)
            try:
                answer = await self._try(exchange, tried)
            except (UpstreamError, BadRequest, ProxyFault) as error:
                tried.failed(error)
                first = first or error
                if not self._goes_on(exchange, target, error):
                    break
            except BaseException:  # the client has left
                self._over(exchange)
                raise
            else:
                exchange.degraded = answer.notes
                self.outcomes.answered(exchange, target, tried.content - tried.started)
                self._answers(exchange, tried)
                return answer
        exchange.target = plan.targets[0] if plan.targets else None
        self._over(exchange)
        raise first or NoRoute("The route has no targets.")

    def _answers(self, exchange: Exchange, tried: Try) -> None:
        exchange.answering = tried
        if tried.ended:  # it had nothing to say
            self._ended(exchange, tried)

    def _ended(self, exchange: Exchange, tried: Try) -> None:
        if tried is exchange.answering:
            self._over(exchange)

    def _over(self, exchange: Exchange) -> None:
        if self.watcher is not None:
            self.watcher.ended(exchange)

    def _goes_on(self, exchange: Exchange, target: Target, error: RouterError) -> bool:
        """Whether another target may do better: not where the request itself is wrong.

        What a fallback cannot carry, another may; told in the end is the first error in any case.
        """
        exchange.failed.append(Verdict(str(target), f"{error.status} {error.message}"))
        if not isinstance(error, UpstreamError):
            return len(exchange.failed) > 1
        self.outcomes.failed(exchange, target, error)
        return error.retryable or error.status in PROVIDERS_OWN

    async def _try(self, exchange: Exchange, tried: Try) -> Answer:
        target = tried.target
        attempt = Attempt(
            self.client,
            self.credentials,
            self.protocol_of(target),
            self.chain_of(target),
            self.timeouts,
            self.memory,
            self._ended,
        )
        keys = target.provider.keys
        return await attempt.send(exchange, tried, keys[0] if keys else "")
