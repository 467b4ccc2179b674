"""What may stand where a target may: one, a group of equals, or a group with a strategy and a fallback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ccr.config.problems import Problem, did_you_mean, shown
from ccr.config.routes.shapes import STRATEGIES, Member, Route, Strategy
from ccr.config.variables import child

FORM = 'Write "provider,model", a list of such, or {"targets": […], "strategy": …, "fallback": […]}.'
SPLIT = 'Write {"provider,model": 9, "other,model": 1}.'
ROUTE_KEYS = ("targets", "target", "strategy", "fallback")
MEMBER_KEYS = ("target", "weight", "cost")


@dataclass(slots=True)
class Notes:
    """What is met while reading."""

    problems: list[Problem] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)
    """Every target with the place where it stands."""

    def wrong(self, path: str, message: str, cure: str = "") -> None:
        self.problems.append(Problem(path, message, cure))

    def unknown(self, entry: Mapping[str, Any], known: tuple[str, ...], path: str) -> None:
        for key in entry:
            if key not in known:
                cure = did_you_mean(key, known, f"There are: {', '.join(known)}.")
                self.wrong(child(path, key), "is not known here.", cure)


def route(value: Any, path: str, notes: Notes) -> Route | None:
    """The route that a value stands for."""
    if isinstance(value, str | list):
        return _group(value, path, notes)
    if not isinstance(value, dict):
        notes.wrong(path, f'should be "provider,model", not {shown(value)}.', FORM)
        return None
    notes.unknown(value, ROUTE_KEYS, path)
    key = "targets" if "targets" in value else "target"
    if key not in value:
        notes.wrong(path, 'has no "targets".', FORM)
        return None
    made = _group(value[key], child(path, key), notes)
    return made and beside(made, value, path, notes)


def split(value: Any, path: str, notes: Notes) -> Route | None:
    """``{"provider,model": 9, "other,model": 1}``."""
    if not isinstance(value, dict) or not value:
        notes.wrong(path, f"should be targets with their weights, not {shown(value)}.", SPLIT)
        return None
    notes.places += [(child(path, name), name) for name in value]
    weights = {name: _amount(value, name, path, notes) for name in value}
    return Route(tuple(Member(name, weight or 0.0) for name, weight in weights.items()), "weighted")


def beside(route: Route, entry: Mapping[str, Any], path: str, notes: Notes) -> Route:
    """The route with the strategy and the fallback that an entry gives."""
    if entry.get("strategy") is not None:
        route = replace(route, strategy=_strategy(entry["strategy"], child(path, "strategy"), notes))
    if entry.get("fallback") is not None:
        route = replace(route, fallback=targets(entry["fallback"], child(path, "fallback"), notes))
    return route


def targets(value: Any, path: str, notes: Notes) -> tuple[str, ...]:
    """A list of targets; one may stand alone."""
    names = words(value, path, notes)
    single = isinstance(value, str)
    notes.places += [(path if single else child(path, n), name) for n, name in enumerate(names)]
    return names


def words(value: Any, path: str, notes: Notes) -> tuple[str, ...]:
    """A list of texts; one may stand alone."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    notes.wrong(path, f'should be a list of texts: ["…"], not {_mixed(value)}.')
    return ()


def _mixed(value: Any) -> str:
    return "a list with other things in it" if isinstance(value, list) else shown(value)


def _group(value: Any, path: str, notes: Notes) -> Route | None:
    """Whoever gives weights wants them to count."""
    members = _members(value, path, notes)
    weighted = isinstance(value, list) and any(isinstance(one, dict) and "weight" in one for one in value)
    return Route(members, "weighted" if weighted else "priority") if members else None


def _members(value: Any, path: str, notes: Notes) -> tuple[Member, ...]:
    if isinstance(value, str):
        notes.places.append((path, value))
        return (Member(value),)
    if not isinstance(value, list) or not value:
        notes.wrong(path, "should name a target." if value == [] else f"is {shown(value)}.", FORM)
        return ()
    found = [_member(item, child(path, n), notes) for n, item in enumerate(value)]
    return tuple(member for member in found if member is not None)


def _member(value: Any, path: str, notes: Notes) -> Member | None:
    entry = {"target": value} if isinstance(value, str) else value
    if not isinstance(entry, dict) or not isinstance(entry.get("target"), str):
        form = 'Write "provider,model" or {"target": "provider,model", "weight": 2}.'
        notes.wrong(path, f"names no target (it is {shown(value)}).", form)
        return None
    notes.unknown(entry, MEMBER_KEYS, path)
    notes.places.append((path if isinstance(value, str) else child(path, "target"), entry["target"]))
    weight, cost = (_amount(entry, key, path, notes) for key in ("weight", "cost"))
    return Member(entry["target"], 1.0 if weight is None else weight, cost)


def _amount(entry: Mapping[str, Any], key: str, path: str, notes: Notes) -> float | None:
    value = entry.get(key)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return float(value)
    notes.wrong(child(path, key), f"should be a number of 0 or more, not {shown(value)}.")
    return None


def _strategy(value: Any, path: str, notes: Notes) -> Strategy:
    for strategy in STRATEGIES:
        if value == strategy:
            return strategy
    cure = did_you_mean(str(value), STRATEGIES, f"There are: {', '.join(STRATEGIES)}.")
    notes.wrong(path, f"there is no strategy {shown(value)}.", cure)
    return "priority"
