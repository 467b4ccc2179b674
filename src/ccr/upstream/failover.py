"""Tries the targets of a plan in order until one answers."""

from __future__ import annotations

from collections.abc import Callable

from ccr.errors import NoRoute, UpstreamError
from ccr.exchange import Exchange, Target
from ccr.protocols.contract import Protocol
from ccr.transformers.chain import Chain
from ccr.upstream.attempt import Answer, Attempt
from ccr.upstream.client import Client, Timeouts
from ccr.upstream.credentials import Credentials
from ccr.upstream.memory import Memory


class Upstream:
    """Sends exchanges where their plans say."""

    def __init__(
        self,
        client: Client,
        credentials: Credentials,
        protocol_of: Callable[[Target], Protocol],
        chain_of: Callable[[Target], Chain],
        timeouts: Timeouts,
        memory: Memory,
    ) -> None:
        self._client = client
        self._credentials = credentials
        self._protocol_of = protocol_of
        self._chain_of = chain_of
        self._timeouts = timeouts
        self._memory = memory

    async def send(self, exchange: Exchange) -> Answer:
        """The first answer that begins well. Raises the first target's error when none does."""
        assert exchange.plan is not None
        first: UpstreamError | None = None
        for target in exchange.plan.targets:
            try:
                exchange.target = target
                return await self._try(exchange, target)
            except UpstreamError as error:
                first = first or error
                if not error.retryable:
                    break
        raise first or NoRoute("The route has no targets.")

    async def _try(self, exchange: Exchange, target: Target) -> Answer:
        attempt = Attempt(
            self._client,
            self._credentials,
            self._protocol_of(target),
            self._chain_of(target),
            self._timeouts,
            self._memory,
        )
        keys = target.provider.keys
        return await attempt.send(exchange, target, keys[0] if keys else "")
