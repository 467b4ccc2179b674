"""Builds every part from the configuration; the whole life of a request is ``Gateway.answer``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from ccr.agents.backends import Reply, Request
from ccr.agents.crew import Agents
from ccr.agents.load import agents_of
from ccr.anthropic.parsing import Parser
from ccr.anthropic.request import Body
from ccr.anthropic.tokens import TokenCounter
from ccr.config import Settings
from ccr.config.provider import Provider
from ccr.errors import NoRoute, RouterError
from ccr.exchange import Exchange, Target
from ccr.protocols import prepare, protocol, protocol_of
from ccr.protocols.anthropic.counting import counted, counting_call
from ccr.resilience.access import Access
from ccr.resilience.hedging import Hedging
from ccr.resilience.latency import Latency
from ccr.resilience.limiter import Limiter
from ccr.routing.custom import custom_router
from ccr.routing.explain import trace
from ccr.routing.kinds import kind_of
from ccr.routing.router import Router
from ccr.services import Services
from ccr.telemetry.prices import Prices, packaged
from ccr.transformers.chain import Chain
from ccr.transformers.load import Registry
from ccr.upstream.attempt import Answer, Attempt
from ccr.upstream.client import Client, Timeouts
from ccr.upstream.credentials import Credentials
from ccr.upstream.failover import Upstream
from ccr.upstream.memory import Memory
from ccr.upstream.sharing import Sharing

LOOKUP = Timeouts(connect=10.0, first_byte=20.0, idle=20.0, total=30.0)
"""Seconds for a search engine's answer."""


def _kind(exchange: Exchange) -> str:
    """What a request is for, as the ledger has it; "main" says nothing."""
    kind = exchange.kind or kind_of(exchange.body, exchange.headers)
    return "" if kind == "main" else kind


def timeouts_of(settings: Settings, provider: Provider) -> Timeouts:
    """What a provider is waited for: its own, else ``Timeouts`` of the file, else by API_TIMEOUT_MS."""
    own = provider.resilience.timeouts
    said = {name: value for name, value in asdict(own).items() if value is not None}
    return Timeouts.of(settings.timeout_ms, {**(settings.raw.get("Timeouts") or {}), **said})


Part = Callable[[], Mapping[str, object]]
"""Tells the state of something as JSON, for ``/health``."""


class Gateway:
    """Everything that one configuration needs. A new configuration is a new gateway."""

    def __init__(
        self, settings: Settings, before: Gateway | None = None, services: Services | None = None
    ) -> None:
        """``before``: the gateway whose place it takes, and with it its memory; that one may go on meanwhile.

        ``services`` are the process's own; without any it has its own, which keep nothing.
        """
        self.settings = settings
        self.services: Services = services or (before.services if before else Services())
        self.parts: dict[str, Part] = {}
        self.parser = Parser()
        self.counter: TokenCounter = before.counter if before else TokenCounter()
        self._custom = custom_router(settings)
        self.router = Router(settings, self.counter, self._custom.ask if self._custom else None)
        if before is not None:
            self.router.inherit(before.router)
        self._registry = Registry(settings)
        for provider in settings.providers:
            prepare(provider)
        self._agents = Agents(agents_of(settings, self._fetch))
        self._client = Client(settings.network)
        self._credentials = Credentials()
        self.memory: Memory = before.memory if before else Memory(self.counter)
        self._timeouts = {provider.name: timeouts_of(settings, provider) for provider in settings.providers}
        self.sharing = Sharing(settings.resilience.single_flight, settings.resilience.reconnect)
        prices = Prices(settings)
        self.router.balancer.price, self.router.balancer.facts = prices.input_of, self.services.state
        if any(route.strategy == "least-cost" for route in settings.routes.every):
            packaged()  # the table is read now, and not while a request waits
        self.limiter = Limiter(settings, self.services.state)
        self._upstream = Upstream(
            self._attempt,
            lambda target: self._timeouts[target.provider.name].first_byte,
            self.services.state,
            self.limiter,
            self.router,
            Hedging(Latency()),
            self.services.watcher(settings, prices, trace, _kind),
        )

    @property
    def patience(self) -> float:
        """Seconds that a request may take at most."""
        return max((timeouts.total for timeouts in self._timeouts.values()), default=0.0)

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

    def over(self, exchange: Exchange) -> None:
        """The client has its answer, was told why not, or has gone; calls for it may go on for others."""
        exchange.ended = exchange.ended or time.perf_counter()
        if exchange.plan is None and exchange.error is not None and not exchange.left:
            self.services.refused(exchange.error, exchange.id)
        else:
            self._upstream.let_go(exchange)

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

    def access(self, provider: Provider) -> Access:
        """The health of a provider's keys and models."""
        return self._upstream.access(provider)

    def _attempt(self, target: Target) -> Attempt:
        return Attempt(
            self._client,
            self._credentials,
            protocol_of(target),
            self.chain(target),
            self._timeouts[target.provider.name],
            self.memory,
        )

    async def close(self) -> None:
        if self._custom is not None:
            await self._custom.close()
        await self.limiter.close()
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
        leave = self._upstream.access(target.provider).enter(exchange.session, target.model, anyway=True)
        if leave is None:
            raise NoRoute(f"{target} rests.")
        url, headers, data = counting_call(exchange, target, leave.key)
        timeouts = self._timeouts[target.provider.name]
        try:
            response = await self._client.post(url, headers, data, timeouts, target.provider.way)
            try:
                return counted(response.status, await response.read())
            finally:
                response.close()
        finally:
            leave.left()
