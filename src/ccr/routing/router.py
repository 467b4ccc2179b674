"""Chooses the targets of a request by asking the rules in their order."""

from __future__ import annotations

from ccr.anthropic.tokens import TokenCounter
from ccr.config import Settings
from ccr.errors import NoRoute
from ccr.exchange import Exchange, Plan, Target
from ccr.routing.facts import Facts
from ccr.routing.models import Models
from ccr.routing.rules import RULES, Routes
from ccr.routing.tag import without_tags


class Router:
    """The routes of one configuration."""

    def __init__(self, settings: Settings, counter: TokenCounter) -> None:
        self.models = Models(settings.providers)
        self._routes: Routes = settings.router
        self._counter = counter

    async def choose(self, exchange: Exchange) -> Plan:
        """The plan for a request, which loses its subagent tag. ``NoRoute`` when nothing can serve it."""
        facts = Facts(exchange, self._counter)
        plan = await self._plan(facts)
        if facts.tag is not None:
            exchange.body, exchange.edited = without_tags(exchange.body), True
        return plan

    async def _plan(self, facts: Facts) -> Plan:
        for name, rule in RULES.items():
            if (model := await rule(facts, self._routes, self.models)) is not None:
                return Plan((self._target(model, name),), name)
        raise NoRoute(
            "No provider with a model is configured: add one under Providers and name it in Router.default."
        )

    def _target(self, model: str, rule: str) -> Target:
        target = self.models.find(model)
        if target is None:
            raise NoRoute(
                f"The route '{rule}' names '{model}', which is no model of ours: write 'provider,model'."
            )
        return target
