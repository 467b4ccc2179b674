"""Chooses the target of a request. The rules, in order:

1. explicit: the request's model names a target of ours
2. default: ``Router.default``, or the first model of the first provider
"""

from __future__ import annotations

from ccr.config import Settings
from ccr.errors import NoRoute
from ccr.exchange import Exchange, Plan, Target
from ccr.routing.models import Models


class Router:
    """The routes of one configuration."""

    def __init__(self, settings: Settings) -> None:
        self.models = Models(settings.providers)
        self._settings = settings

    def choose(self, exchange: Exchange) -> Plan:
        """The plan for a request. Raises ``NoRoute`` when nothing can serve it."""
        asked = exchange.body.get("model")
        if isinstance(asked, str) and (target := self.models.find(asked)) is not None:
            return Plan((target,), "explicit")
        return Plan((self._default(),), "default")

    def _default(self) -> Target:
        named = self._settings.router.get("default")
        if isinstance(named, str) and named:
            if (target := self.models.find(named)) is not None:
                return target
            raise NoRoute(
                f"Router.default '{named}' names no configured model; write it as 'provider,model'."
            )
        for provider in self._settings.providers:
            if provider.models:
                return Target(provider, provider.models[0])
        raise NoRoute(
            "No provider with a model is configured: add one under Providers and name it in Router.default."
        )
