"""From a route to the targets that are tried: equals in their order, then fallbacks, those that fit."""

from __future__ import annotations

from dataclasses import dataclass, field

from ccr.config.routes.shapes import Route, Routes
from ccr.errors import BadRequest, NoRoute
from ccr.exchange import Target, Verdict
from ccr.routing.facts import Facts
from ccr.routing.models import Models
from ccr.routing.windows import Short, Windows

RESCUED = ("compaction", "safeguard", "longContext", "background", "webSearch", "think", "agents", "default")
"""Rules by which nobody named a model: where no target of theirs fits, ``longContext`` or ``default`` may."""


@dataclass(slots=True)
class Chain:
    """The targets of one request in the making."""

    facts: Facts
    models: Models
    windows: Windows
    targets: list[Target] = field(default_factory=list)
    rejected: list[Verdict] = field(default_factory=list)
    short: list[Short] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    async def add(self, name: str, rule: str, *, first: bool = False) -> None:
        """A target to try after those before it. ``NoRoute`` when the ``first`` names no model of ours."""
        try:
            target = self._target(name, rule)
        except NoRoute as error:
            if first:
                raise
            self.rejected.append(Verdict(name, error.message))
            return
        if (shown := str(target)) in self._seen:
            return
        self._seen.add(shown)
        fitting = await self.windows.fit(target, self.facts)
        if isinstance(fitting, Short):
            self.short.append(fitting)
            self.rejected.append(Verdict(shown, str(fitting)))
        else:
            self.targets.append(fitting)

    def _target(self, name: str, rule: str) -> Target:
        if (target := self.models.find(name)) is None:
            raise NoRoute(
                f"The route '{rule}' names '{name}', which is no model of ours: write 'provider,model'."
            )
        return target


async def fill(chain: Chain, route: Route, rule: str, part: str, routes: Routes, order: list[str]) -> None:
    """Adds the members in ``order``, then the fallbacks; where none of them fits, what may be longer."""
    for n, name in enumerate(order):
        await chain.add(name, rule, first=n == 0)
    for name in fallbacks(route, part if rule == "header" else rule, routes):
        await chain.add(name, rule)
    if not chain.targets and rule in RESCUED:
        for scenario in ("longContext", "default"):
            for member in routes.scenarios[scenario].members if scenario in routes.scenarios else ():
                await chain.add(member.target, scenario)
    if not chain.targets:
        chain.targets.append(largest(chain.short))


def largest(short: list[Short]) -> Target:
    """The target to ask all the same, where none is known to fit but one may: it says what is too long."""
    unsure = [one for one in short if one.unsure is not None]
    if not unsure:
        raise too_long(short)
    target = max(unsure, key=lambda one: one.limit).unsure
    assert target is not None
    return target


def fallbacks(route: Route, rule: str, routes: Routes) -> tuple[str, ...]:
    """The route's own, else the rule's, else those of ``default``."""
    if route.fallback is not None:
        return route.fallback
    return routes.fallback.get(rule, routes.fallback.get("default", ()))


def too_long(short: list[Short]) -> BadRequest:
    """The one wording at which every Claude Code compacts (claude-code.md §10)."""
    best = max(short, key=lambda one: one.limit)
    return BadRequest(f"prompt is too long: {best.tokens} tokens > {best.limit} maximum")
