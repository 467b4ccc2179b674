"""Builds every part from the configuration; the whole life of a request is ``Gateway.answer``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ccr.agents.backends import Reply, Request
from ccr.agents.crew import Agents
from ccr.agents.load import agents_of
from ccr.anthropic.parsing import Parser
from ccr.anthropic.request import Body
from ccr.anthropic.tokens import TokenCounter
from ccr.config import Settings
from ccr.errors import RouterError
from ccr.exchange import Exchange, Target
from ccr.protocols import prepare, protocol, protocol_of
from ccr.protocols.anthropic.counting import counted, counting_call
from ccr.routing.custom import custom_router
from ccr.routing.router import Router
from ccr.transformers.chain import Chain
from ccr.transformers.load import Registry
from ccr.upstream.attempt import Answer
from ccr.upstream.client import Client, Timeouts
from ccr.upstream.credentials import Credentials
from ccr.upstream.failover import Upstream
from ccr.upstream.memory import Memory

LOOKUP = Timeouts(connect=10.0, first_byte=20.0, idle=20.0, total=30.0)
"""Seconds for a search engine's answer."""


Part = Callable[[], Mapping[str, object]]
"""Tells the state of something as JSON, for ``/health``."""


class Gateway:
    """Everything that one configuration needs. A new configuration is a new gateway."""

    def __init__(self, settings: Settings, before: Gateway | None = None) -> None:
        """``before``: the gateway whose place it takes, and with it its memory; that one may go on meanwhile."""
        self.settings = settings
        self.parts: dict[str, Part] = {}
        self.parser = Parser()
        self.counter = before.counter if before else TokenCounter()
        self._custom = custom_router(settings)
        self.router = Router(settings, self.counter, self._custom.ask if self._custom else None)
        if before is not None:
            self.router.inherit(before.router)
        self._registry = Registry(settings)
        for provider in settings.providers:
            prepare(provider)
        self._agents = Agents(agents_of(settings, self._fetch))
        self._client = Client(settings.network)
        timeouts = Timeouts.of(settings.timeout_ms, settings.raw.get("Timeouts") or {})
        credentials, self.memory = Credentials(), before.memory if before else Memory(self.counter)
        self._upstream = Upstream(
            self._client, credentials, protocol_of, self.chain, timeouts, self.memory, self.router
        )
        self._timeouts = timeouts

    @property
    def patience(self) -> float:
        """Seconds that a request may take at most."""
        return self._timeouts.total

    async def answer(self, exchange: Exchange) -> Answer:
        """The answer to a request, once it has begun well. Raises ``RouterError`` before that."""
        crew = await self._agents.prepare(exchange)
        answer = await self.ask(exchange)
        return answer if crew is None else replace(answer, batches=crew.follow(answer, self.ask))

    async def ask(self, exchange: Exchange) -> Answer:
        """One model's answer, as agents get it too: they are not asked again."""
        if exchange.plan is None:
            exchange.plan = await self.router.choose(exchange)
        return await self._upstream.send(exchange)

    async def explain(self, exchange: Exchange) -> dict[str, Any]:
        """Where a request would go, and why; nothing is sent."""
        await self._agents.prepare(exchange)
        return await self.router.explain(exchange)

    async def count(self, exchange: Exchange) -> int:
        """Input tokens of a request: asked of an Anthropic upstream, else estimated."""
        targets = (await self.router.choose(exchange)).targets
        if not targets:
            return await self.estimate(exchange.body, str(exchange.body.get("model") or ""))
        target = targets[0]
        if protocol_of(target) is protocol("anthropic"):
            try:
                return await self._asked(exchange, target)
            except RouterError:
                pass  # an upstream without the endpoint; the client wants a number
        return await self.estimate(exchange.body, target.model)

    async def estimate(self, body: Body, model: str) -> int:
        """Counts off the event loop: the tokenizer lets go of the interpreter."""
        return await asyncio.to_thread(self.counter.estimate, body, model)

    def chain(self, target: Target) -> Chain:
        return self._registry.chain(target.provider, target.model)

    async def close(self) -> None:
        if self._custom is not None:
            await self._custom.close()
        await self._client.close()

    async def _fetch(self, request: Request) -> Reply:
        """For agents that look something up: one request, its whole answer. Raises ``UpstreamError``."""
        response = await self._client.request(
            request.method, request.url, request.headers, request.body or None, LOOKUP
        )
        try:
            return Reply(response.status, b"".join([data async for data in response.chunks()]))
        finally:
            response.close()

    async def _asked(self, exchange: Exchange, target: Target) -> int:
        url, headers, data = counting_call(exchange, target)
        response = await self._client.post(url, headers, data, self._timeouts, target.provider.way)
        try:
            return counted(response.status, await response.read())
        finally:
            response.close()
