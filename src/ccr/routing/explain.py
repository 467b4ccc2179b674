"""A decision in the form that people and programs read: ``POST /api/route``, `ccr route`, the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ccr.exchange import Plan, Target
from ccr.routing.facts import Facts


async def explanation(plan: Plan, facts: Facts) -> dict[str, Any]:
    """Everything about a decision, as JSON. Counts tokens where no rule has."""
    return {**trace(plan), "facts": await _facts(facts)}


def trace(plan: Plan) -> dict[str, Any]:
    """What was decided, and why.

    ``{"rule", "target", "targets": [{"target", "max_tokens"?}], "asked": [{"rule", "verdict"}],
    "rejected": [{"target", "why"}], "layers": [str], "error": {"type", "message"} or None}``
    """
    return {
        "rule": plan.rule,
        "target": str(plan.targets[0]) if plan.targets else None,
        "targets": [_target(target) for target in plan.targets],
        "asked": [{"rule": rule, "verdict": said} for rule, said in plan.asked],
        "rejected": [{"target": name, "why": said} for name, said in plan.rejected],
        "layers": list(plan.layers),
        "error": plan.refusal.error() if plan.refusal is not None else None,
    }


def lines(told: dict[str, Any]) -> Iterator[str]:
    """An explanation for the terminal."""
    yield summary(told)
    width = max([len(entry["rule"]) for entry in told["asked"]], default=0)
    yield from _section(
        "Rules, in the order they were asked", _columns(told["asked"], "rule", "verdict", width)
    )
    yield from _section("Targets, in the order they are tried", map(_shown, told["targets"]))
    yield from _section("Passed over", _columns(told["rejected"], "target", "why", 0))
    yield from _section("Laid over the configuration's routes", told["layers"])
    facts = [f"{name:<9} {value}" for name, value in told["facts"].items() if value not in (None, "")]
    yield from _section("Seen in the request", facts)


def summary(told: dict[str, Any]) -> str:
    """One line: the target and the rule, or what is wrong."""
    if told["target"] is None:
        return f"nothing can serve it ({told['rule']}): {told['error']['message']}"
    return f"{told['target']}  ({told['rule']})"


def _target(target: Target) -> dict[str, Any]:
    shown: dict[str, Any] = {"target": str(target)}
    return shown if target.ceiling is None else {**shown, "max_tokens": target.ceiling}


def _shown(target: dict[str, Any]) -> str:
    name, ceiling = str(target["target"]), target.get("max_tokens")
    return name + (f"  (at most {ceiling} output tokens: its window has room for no more)" if ceiling else "")


async def _facts(facts: Facts) -> dict[str, Any]:
    exchange = facts.exchange
    return {
        "model": facts.asked,
        "kind": facts.kind,
        "agent": facts.agent or None,
        "tag": facts.tag,
        "session": exchange.session,
        "client": exchange.client or None,
        "tokens": await facts.tokens(),
        "thinking": facts.thinks,
        "image": facts.shows_image,
        "search": facts.searches,
    }


def _columns(entries: list[dict[str, str]], name: str, said: str, width: int) -> list[str]:
    return [f"{entry[name]:<{width}}  {entry[said]}" for entry in entries]


def _section(title: str, entries: Any) -> Iterator[str]:
    if found := list(entries):
        yield ""
        yield f"{title}:"
        yield from (f"  {entry}" for entry in found)
