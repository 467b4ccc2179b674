"""Whether the conditions of ``Router.rules`` hold for a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from ccr.config.routes.operators import MISSING
from ccr.config.routes.shapes import Clock, Condition, Field, Group, Tokens
from ccr.routing.facts import Facts


async def unmet(condition: Condition, facts: Facts) -> str | None:
    """The first condition that does not hold, in words; None when all hold."""
    if isinstance(condition, Group):
        return await _unmet_of(condition, facts)
    if isinstance(condition, Tokens):
        holds = await facts.exceeds(condition.than) is condition.over
    elif isinstance(condition, Clock):
        holds = condition.holds(datetime.now().astimezone())
    else:
        holds = any(condition.holds(value) for value in _values(condition, facts))
    return None if holds else condition.said


async def _unmet_of(group: Group, facts: Facts) -> str | None:
    if group.mode == "not":
        return group.said if await unmet(group.parts[0], facts) is None else None
    for part in group.parts:
        missed = await unmet(part, facts)
        if group.mode == "any" and missed is None:
            return None
        if group.mode == "all" and missed is not None:
            return missed
    return group.said if group.mode == "any" else None


def _values(field: Field, facts: Facts) -> Iterator[object]:
    """What there is; ``MISSING`` where there is nothing."""
    match field.name:
        case "header":
            yield facts.exchange.headers.get(field.path[0], MISSING)
        case "body":
            yield from list(_down(facts.exchange.body, field.path)) or [MISSING]
        case name:
            yield _FACTS[name](facts)


_FACTS: Mapping[str, Callable[[Facts], object]] = {
    "model": lambda facts: facts.asked,
    "kind": lambda facts: facts.kind,
    "agent": lambda facts: facts.agent or MISSING,
    "session": lambda facts: facts.exchange.session or MISSING,
    "client": lambda facts: facts.exchange.client or MISSING,
    "stream": lambda facts: facts.exchange.stream,
    "thinking": lambda facts: facts.thinks,
}


def _down(value: object, path: tuple[str, ...]) -> Iterator[object]:
    """The values at a path: keys, indices (from the end where negative), ``*`` for each."""
    if not path:
        yield value
        return
    key, rest = path[0], path[1:]
    if isinstance(value, dict):
        for inner in value.values() if key == "*" else [value[key]] if key in value else []:
            yield from _down(inner, rest)
    elif isinstance(value, list):
        for inner in value if key == "*" else _at(value, key):
            yield from _down(inner, rest)


def _at(values: list[object], key: str) -> list[object]:
    try:
        return [values[int(key)]]
    except (ValueError, IndexError):
        return []
