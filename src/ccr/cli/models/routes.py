"""Changes of the rules that every request meets: what answers a scenario, and what when that fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, get_args

from ccr.cli.models.entries import Refused, known_target, table
from ccr.config.problems import did_you_mean
from ccr.config.routes.shapes import SCENARIOS, THRESHOLD, Scenario

Value = dict[str, Any]

MEANINGS: Mapping[str, str] = {
    "default": "everything no other rule is for",
    "background": "small work in the background",
    "think": "turns that think",
    "longContext": "requests of more tokens than the threshold",
    "webSearch": "turns that may search the web",
    "image": "messages with an image in them",
    "compaction": "summing up a conversation",
    "safeguard": "judging whether a tool may run",
}
assert set(MEANINGS) == set(get_args(Scenario))


class Rule(NamedTuple):
    """One scenario as it stands. ``own``: the fallback is not that of ``default``."""

    scenario: str
    targets: tuple[str, ...]
    fallback: tuple[str, ...]
    own: bool


def scenario_named(text: str) -> str:
    """The scenario meant; upper and lower case, ``-`` and ``_`` do not matter. Raises ``Refused``."""
    plain = text.lower().replace("-", "").replace("_", "")
    found = next((name for name in SCENARIOS if name.lower() == plain), None)
    if found is None:
        cure = did_you_mean(text, SCENARIOS, f"There are: {', '.join(SCENARIOS)}.")
        raise Refused(f"There is no scenario '{text}'. {cure}")
    return found


def rules(value: Value) -> list[Rule]:
    """All scenarios, those without a rule among them."""
    return [rule(value, name) for name in SCENARIOS]


def rule(value: Value, scenario: str) -> Rule:
    own = _fallback(value, scenario)
    chain = own if own is not None else _fallback(value, "default")
    return Rule(
        scenario, tuple(targets_of(_router(value).get(scenario))), tuple(chain or ()), own is not None
    )


def threshold(value: Value) -> int:
    found = _router(value).get("longContextThreshold")
    return found if type(found) is int else THRESHOLD


def targets_of(route: Any) -> list[str]:
    """The targets of a route in whichever form: one, several, or a group."""
    if isinstance(route, str):
        return [route] if route else []
    if isinstance(route, list):
        return [one for item in route for one in targets_of(item)]
    if isinstance(route, dict):
        return targets_of(route.get("targets", route.get("target")))
    return []


def with_route(value: Value, scenario: str, targets: Sequence[str]) -> Value:
    """With these targets, equals when several. A group's strategy stays. Raises ``Refused``."""
    known = [known_target(value, target) for target in targets]
    new: Any = known[0] if len(known) == 1 else known
    router = table(value, "Router")
    if isinstance(old := router.get(scenario), dict):
        new = {**{key: item for key, item in old.items() if key != "target"}, "targets": new}
    return {**value, "Router": {**router, scenario: new}}


def without_route(value: Value, scenario: str) -> Value:
    """Without a rule for the scenario, nor a fallback of its own."""
    left = with_fallback(value, scenario, [])
    if scenario not in _router(left):
        return left
    return {**left, "Router": {key: item for key, item in _router(left).items() if key != scenario}}


def with_fallback(value: Value, scenario: str, targets: Sequence[str]) -> Value:
    """With this chain, where the one before stands; an empty one is taken out. Raises ``Refused``."""
    known = [known_target(value, target) for target in targets]
    router = _router(value)
    if isinstance(route := router.get(scenario), dict) and "fallback" in route:
        return {**value, "Router": {**router, scenario: _with(route, "fallback", known)}}
    if isinstance(chains := router.get("fallback"), dict) and scenario in chains:
        return {**value, "Router": {**router, "fallback": _with(chains, scenario, known)}}
    chains = table(value, "fallback")
    if not known and scenario not in chains:
        return value
    return {**value, "fallback": _with(chains, scenario, known)}


def with_threshold(value: Value, tokens: int) -> Value:
    """With this many input tokens, above which a context is long."""
    return {**value, "Router": {**table(value, "Router"), "longContextThreshold": tokens}}


def _with(table: Mapping[str, Any], key: str, targets: list[str]) -> Value:
    rest = {name: item for name, item in table.items() if name != key or targets}
    return {**rest, key: targets} if targets else rest


def _router(value: Value) -> Value:
    found = value.get("Router")
    return found if isinstance(found, dict) else {}


def _fallback(value: Value, scenario: str) -> list[str] | None:
    """The chain of this very scenario."""
    router = _router(value)
    places = (router.get(scenario), router.get("fallback"), value.get("fallback"))
    keys = ("fallback", scenario, scenario)
    found = (place.get(key) for place, key in zip(places, keys, strict=True) if isinstance(place, dict))
    return next((targets_of(one) for one in found if one is not None), None)
