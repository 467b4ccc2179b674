"""The rules, in the order they are asked; the first that names a target wins.

 1. ``custom``       the user's own router, ``CUSTOM_ROUTER_PATH``
 2. ``header``       ``x-ccr-model: provider,model`` or ``x-ccr-route: think``: whoever sends them means them
 3. ``subagent``     the subagent tag. Before ``explicit`` (the original asked it later): a subagent inherits
                     the session's explicit model, and its own tag is the nearer wish.
 4. ``rules``        ``Router.rules``, in their order. Before ``explicit``: they may map explicit names, too.
 5. ``agents``       ``Router.agents``, by the type of the subagent. Before ``explicit``, as the tag is.
 6. ``explicit``     the request's model is ``provider,model`` or another name of a model of ours
 7. ``image``        the newest user message has an image. Before ``longContext``: a model that cannot see
                     would answer blindly.
 8. ``compaction``   the client has its conversation summarised
 9. ``safeguard``    the client's classifier asks whether a tool may be used
10. ``longContext``  more tokens than ``longContextThreshold`` (60,000)
11. ``background``   a model of ``backgroundModels`` (Haiku) is asked for, or it is a side request of
                     ``backgroundKinds``
12. ``webSearch``    Anthropic's web search is offered. Before ``think``: only a model that can search finds.
13. ``think``        thinking is asked for; ``{"type": "disabled"}`` asks for none (the original thought so)
14. ``named``        the bare name of a model of Claude's that one provider has. So late, because Claude Code
                     sends such names by itself; as names of other makers they would be explicit.
15. ``default``      everything else

A rule whose route is not configured is not asked, and costs nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from fnmatch import fnmatchcase
from typing import NamedTuple

from ccr.config.routes.shapes import BACKGROUND_MODELS, Member, Route, Routes
from ccr.errors import BadRequest
from ccr.routing import declared
from ccr.routing.facts import Facts
from ccr.routing.models import Models, is_clients_own

MODEL_HEADER, ROUTE_HEADER = "x-ccr-model", "x-ccr-route"


class Found(NamedTuple):
    """What a rule chose: a route, or the name of a model."""

    route: Route | str
    why: str = ""
    part: str = ""
    """Which entry of the rule it was: ``Explore`` of ``agents``."""


Rule = Callable[[Facts, Routes, Models], Awaitable[Found | str | None]]
"""What it chose, or None to pass. May leave words in ``facts.remarks``."""


async def header(facts: Facts, routes: Routes, _: Models) -> Found | None:
    headers = facts.exchange.headers
    if model := headers.get(MODEL_HEADER):
        return Found(model, f"{MODEL_HEADER}: {model}")
    if name := headers.get(ROUTE_HEADER):
        if (route := routes.scenarios.get(name)) is None:
            there = ", ".join(routes.scenarios) or "none"
            raise BadRequest(f"{ROUTE_HEADER}: Router has no route '{name}'. There are: {there}.")
        return Found(route, f"{ROUTE_HEADER}: {name}", name)
    return None


async def subagent(facts: Facts, _routes: Routes, _models: Models) -> str | None:
    return facts.tag


async def rules(facts: Facts, routes: Routes, _: Models) -> Found | None:
    for rule in routes.rules:
        if (unmet := await declared.unmet(rule.match, facts)) is None:
            return Found(rule.route, rule.match.said, rule.name)
        facts.remarks.append(f"{rule.name} wants {unmet}")
    return None


async def agents(facts: Facts, routes: Routes, _: Models) -> Found | None:
    """By type where the client tells it; ``*`` is any subagent."""
    agent = facts.agent.lower()
    for pattern, route in routes.agents.items():
        if (pattern == "*" and facts.kind == "subagent") or (agent and fnmatchcase(agent, pattern.lower())):
            return Found(route, f"the agent {facts.agent or 'of no known type'}", pattern)
    return None


async def explicit(facts: Facts, _: Routes, models: Models) -> str | None:
    return facts.asked if not is_clients_own(facts.asked) and models.find(facts.asked) else None


async def image(facts: Facts, routes: Routes, _: Models) -> Found | None:
    return Found(routes.scenarios["image"], "the newest message has an image") if facts.shows_image else None


async def compaction(facts: Facts, routes: Routes, _: Models) -> Found | None:
    return Found(routes.scenarios["compaction"]) if facts.kind == "compaction" else None


async def safeguard(facts: Facts, routes: Routes, _: Models) -> Found | None:
    return Found(routes.scenarios["safeguard"]) if facts.kind == "classifier" else None


async def long_context(facts: Facts, routes: Routes, _: Models) -> Found | None:
    if not await facts.exceeds(routes.threshold):
        return None
    tokens = f"about {facts.counted}" if facts.counted else "more"
    return Found(routes.scenarios["longContext"], f"{tokens} tokens, over {routes.threshold}")


async def background(facts: Facts, routes: Routes, _: Models) -> Found | None:
    if _is_small(facts.asked.lower(), routes.background_models):
        return Found(routes.scenarios["background"], f"{facts.asked} is asked for")
    if facts.kind in routes.background_kinds:
        return Found(routes.scenarios["background"], f"a side request ({facts.kind})")
    return None


async def web_search(facts: Facts, routes: Routes, _: Models) -> Found | None:
    return Found(routes.scenarios["webSearch"], "web search is offered") if facts.searches else None


async def think(facts: Facts, routes: Routes, _: Models) -> Found | None:
    return Found(routes.scenarios["think"], "thinking is asked for") if facts.thinks else None


async def named(facts: Facts, _: Routes, models: Models) -> str | None:
    return facts.asked if is_clients_own(facts.asked) and models.find(facts.asked) else None


async def default(_: Facts, routes: Routes, models: Models) -> Found | None:
    if (route := routes.scenarios.get("default")) is not None:
        return Found(route)
    return Found(models.first, "the first model of the first provider") if models.first else None


def _is_small(model: str, patterns: tuple[str, ...]) -> bool:
    if patterns is BACKGROUND_MODELS:
        return "haiku" in model
    return any(fnmatchcase(model, pattern.lower()) for pattern in patterns)


class Row(NamedTuple):
    """A rule in its place."""

    name: str
    ask: Rule
    configured: Callable[[Routes], bool]


def _always(_: Routes) -> bool:
    return True


def _scenario(name: str, ask: Rule) -> Row:
    return Row(name, ask, lambda routes: name in routes.scenarios)


ORDER: tuple[Row, ...] = (
    Row("header", header, _always),
    Row("subagent", subagent, _always),
    Row("rules", rules, lambda routes: bool(routes.rules)),
    Row("agents", agents, lambda routes: bool(routes.agents)),
    Row("explicit", explicit, _always),
    _scenario("image", image),
    _scenario("compaction", compaction),
    _scenario("safeguard", safeguard),
    _scenario("longContext", long_context),
    _scenario("background", background),
    _scenario("webSearch", web_search),
    _scenario("think", think),
    Row("named", named, _always),
    Row("default", default, _always),
)
"""After ``custom``, which comes from outside."""


def asked(routes: Routes, custom: Rule | None = None) -> tuple[tuple[str, Rule], ...]:
    """The rules that these routes make use of, in order."""
    own = (("custom", custom),) if custom is not None else ()
    return own + tuple((row.name, row.ask) for row in ORDER if row.configured(routes))


def one(name: str) -> Route:
    """The route to one target."""
    return Route((Member(name),))
