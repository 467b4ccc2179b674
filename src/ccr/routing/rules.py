"""The built-in rules, in the order they are asked; the first that names a target wins.

 1. ``subagent``     the subagent tag. Before ``explicit`` (the original asked it later): a subagent inherits
                     the session's explicit model, and its own tag is the nearer wish.
 2. ``explicit``     the request's model is ``provider,model`` or another name of a model of ours
 3. ``image``        the newest user message has an image. Before ``longContext``: a model that cannot see
                     would answer blindly.
 4. ``compaction``   the client has its conversation summarised
 5. ``longContext``  more tokens than ``longContextThreshold`` (60,000)
 6. ``background``   a Haiku is asked for, or a side request of a kind in ``backgroundKinds``
 7. ``webSearch``    Anthropic's web search is offered. Before ``think``: only a model that can search finds.
 8. ``think``        thinking is asked for; ``{"type": "disabled"}`` asks for none (the original thought so)
 9. ``default``      everything else

A rule whose route is not configured is passed over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ccr.routing.facts import Facts
from ccr.routing.models import Models

Routes = Mapping[str, Any]
"""``Router`` of the configuration, with what a project or session sets over it."""

Rule = Callable[[Facts, Routes, Models], Awaitable[str | None]]
"""The name of a model, or None to pass."""

THRESHOLD = 60_000
BACKGROUND_KINDS = ("title", "hook", "webfetch")
"""Side requests that a small model serves well; ``Router.backgroundKinds`` names others."""


async def subagent(facts: Facts, _routes: Routes, _models: Models) -> str | None:
    return facts.tag


async def explicit(facts: Facts, _: Routes, models: Models) -> str | None:
    return facts.asked if facts.asked and models.find(facts.asked) is not None else None


async def image(facts: Facts, routes: Routes, _: Models) -> str | None:
    return route(routes, "image") if facts.shows_image else None


async def compaction(facts: Facts, routes: Routes, _: Models) -> str | None:
    return route(routes, "compaction") if facts.kind == "compaction" else None


async def long_context(facts: Facts, routes: Routes, _: Models) -> str | None:
    named = route(routes, "longContext")
    return named if named and await facts.exceeds(threshold(routes)) else None


async def background(facts: Facts, routes: Routes, _: Models) -> str | None:
    named = route(routes, "background")
    if named is None:
        return None
    return named if "haiku" in facts.asked.lower() or facts.kind in background_kinds(routes) else None


async def web_search(facts: Facts, routes: Routes, _: Models) -> str | None:
    return route(routes, "webSearch") if facts.searches else None


async def think(facts: Facts, routes: Routes, _: Models) -> str | None:
    return route(routes, "think") if facts.thinks else None


async def default(_: Facts, routes: Routes, models: Models) -> str | None:
    return route(routes, "default") or models.first


RULES: Mapping[str, Rule] = {
    "subagent": subagent,
    "explicit": explicit,
    "image": image,
    "compaction": compaction,
    "longContext": long_context,
    "background": background,
    "webSearch": web_search,
    "think": think,
    "default": default,
}


def route(routes: Routes, name: str) -> str | None:
    """The model a route names, None when it is not set."""
    named = routes.get(name)
    return named if isinstance(named, str) and named else None


def threshold(routes: Routes) -> int:
    value = routes.get("longContextThreshold")
    return value if isinstance(value, int) and value > 0 else THRESHOLD


def background_kinds(routes: Routes) -> tuple[str, ...]:
    kinds = routes.get("backgroundKinds")
    return tuple(kinds) if isinstance(kinds, list) else BACKGROUND_KINDS
