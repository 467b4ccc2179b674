"""Chooses the targets of a request by asking the rules in their order."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.request import Body, blocks
from ccr.anthropic.tokens import TokenCounter
from ccr.config import Settings
from ccr.errors import NoRoute, RouterError, UpstreamError
from ccr.exchange import Exchange, Plan, Target, Verdict
from ccr.routing.balance import Balancer
from ccr.routing.candidates import Chain, fill
from ccr.routing.explain import explanation
from ccr.routing.facts import Facts
from ccr.routing.models import Models
from ccr.routing.rules import Found, Rule, one
from ccr.routing.tables import Table, Tables
from ccr.routing.tag import without_tags
from ccr.routing.windows import Windows

CACHED, CACHED_LONG = 300.0, 3_600.0
"""Seconds that providers keep a prompt cache, and with ``"ttl": "1h"``."""

NOTHING = "No provider with a model is configured: add one under Providers and name it in Router.default."


class Router:
    """The routes of one configuration. ``custom`` is the user's own router, asked first."""

    def __init__(self, settings: Settings, counter: TokenCounter, custom: Rule | None = None) -> None:
        self.models = Models(settings.providers)
        self.balancer = Balancer(lambda name: str(self.models.find(name) or name))
        self._tables = Tables(settings, custom)
        self._counter = counter
        self._windows = Windows()

    def inherit(self, before: Router) -> None:
        """Takes over what the router of the configuration before has learned."""
        self.balancer = before.balancer.renamed(self.balancer.name_of)
        self._windows = before.windows_for(self.models)

    def windows_for(self, models: Models) -> Windows:
        """What is known of windows, but for providers that are elsewhere now."""
        learned = self._windows.learned.copy().items()
        return Windows({name: size for name, size in learned if self._is_same(name, models)})

    def _is_same(self, name: str, models: Models) -> bool:
        try:
            here, there = self.models.find(name), models.find(name)
        except NoRoute:
            return False
        return here is not None and there is not None and here.provider.base_url == there.provider.base_url

    async def choose(self, exchange: Exchange) -> Plan:
        """The plan for a request, which loses its subagent tag. Where nothing can serve it, a refusal."""
        return await self.decide(exchange, Facts(exchange, self._counter))

    async def decide(self, exchange: Exchange, facts: Facts) -> Plan:
        """The same, where the facts are wanted afterwards."""
        table, asked = self._tables.of(exchange), list[Verdict]()
        try:
            rule, found = await self._ask(table, facts, asked)
            if facts.tag is not None:
                exchange.body, exchange.edited = without_tags(exchange.body), True
            return await self._plan(table, facts, asked, rule, found)
        except RouterError as error:
            return Plan((), asked[-1].of, tuple(asked), layers=table.layers, refusal=error)

    async def explain(self, exchange: Exchange) -> dict[str, Any]:
        """The decision with everything that led to it, as JSON: ``explain.trace`` and the facts."""
        facts = Facts(exchange, self._counter)
        exchange.plan = await self.decide(exchange, facts)
        return await explanation(exchange.plan, facts)

    def answered(self, exchange: Exchange, target: Target, seconds: float) -> None:
        """A target has begun its answer after so long."""
        plan = exchange.plan
        if plan is not None and plan.sticky:
            self.balancer.keep(plan.sticky, str(target), plan.sticky_seconds)
            self.balancer.took(str(target), seconds)

    def failed(self, exchange: Exchange, target: Target, error: UpstreamError) -> None:
        """A target has given no answer."""
        self._windows.learn(target, error)
        if exchange.plan is not None and exchange.plan.sticky and error.retryable:
            self.balancer.failed(str(target))

    async def _ask(self, table: Table, facts: Facts, asked: list[Verdict]) -> tuple[str, Found]:
        for name, ask in table.asked:
            try:
                found = await ask(facts, table.routes, self.models)
            except RouterError as error:
                asked.append(Verdict(name, error.message))
                raise
            remarks = "; ".join(facts.remarks)
            facts.remarks.clear()
            if found is None:
                asked.append(Verdict(name, remarks or "no"))
                continue
            found = Found(found, found) if isinstance(found, str) else found
            asked.append(Verdict(name, found.why or "yes"))
            return name, found
        raise NoRoute(NOTHING)

    async def _plan(self, table: Table, facts: Facts, asked: list[Verdict], rule: str, found: Found) -> Plan:
        route = one(found.route) if isinstance(found.route, str) else found.route
        shown = f"{rule}.{found.part}" if found.part else rule
        sticky = f"{shown}\0{facts.exchange.conversation}" if len(route.members) > 1 else ""
        chain = Chain(facts, self.models, self._windows)
        refusal: RouterError | None = None
        try:
            order = self.balancer.order(route, sticky) if sticky else [route.members[0].target]
            await fill(chain, route, rule, found.part, table.routes, order)
        except RouterError as error:
            refusal = error
        return Plan(
            targets=tuple(chain.targets),
            rule=shown,
            asked=tuple(asked),
            rejected=tuple(chain.rejected),
            layers=table.layers,
            sticky=sticky,
            sticky_seconds=_idle(table, facts.exchange.body) if sticky else 0.0,
            refusal=refusal,
        )


def _idle(table: Table, body: Body) -> float:
    """How long a conversation may be idle before its prompt cache is gone."""
    if (configured := table.routes.sticky_seconds) is not None:
        return configured
    marks = [block.get("cache_control") for block in blocks(body.get("system"))]
    long = any(isinstance(mark, dict) and mark.get("ttl") == "1h" for mark in marks)
    return CACHED_LONG if long else CACHED
