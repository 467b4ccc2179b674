"""Where a preset's answers go, and when: ``Providers[0].api_key``, ``{field, operator, value}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

MOST = 1_000
"""Entries that a list may have."""

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def put(config: dict[str, Any], target: str, value: Any) -> str | None:
    """Sets the place ``target`` names; what is not there yet is made. What is wrong with it, in words."""
    steps: list[str | int] = [int(number) if number else name for number, name in _STEP.findall(target)]
    if not steps or isinstance(steps[0], int):
        return "names no place: write it as Providers[0].api_key."
    here: Any = config
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if isinstance(step, int) != isinstance(here, list) or not isinstance(here, dict | list):
            return f"does not fit the configuration: there is no place for {step!r} in it."
        if isinstance(here, list) and isinstance(step, int):
            if step >= MOST:
                return f"is beyond {MOST} entries."
            here.extend(None for _ in range(step + 1 - len(here)))
        if following is None:
            here[step] = value
            return None
        if _lacks(here, step):
            here[step] = [] if isinstance(following, int) else {}
        here = here[step]
    return None


def holds(when: object, values: Mapping[str, Any]) -> bool:
    """Whether a condition, or each of a list of them, is true of the answers."""
    conditions = when if isinstance(when, list) else [when]
    return all(_holds(one, values) for one in conditions if isinstance(one, dict))


def _lacks(here: Any, step: str | int) -> bool:
    return (here[step] if isinstance(step, int) else here.get(step)) is None


def _holds(condition: dict[str, Any], values: Mapping[str, Any]) -> bool:
    test = TESTS.get(condition.get("operator") or "eq")
    return test is not None and test(values.get(str(condition.get("field"))), condition.get("value"))


def _same(found: Any, wanted: Any) -> bool:
    """As JSON has it: 1 is not true."""
    return isinstance(found, bool) == isinstance(wanted, bool) and bool(found == wanted)


def _among(found: Any, wanted: Any) -> bool:
    return isinstance(wanted, list) and any(_same(found, one) for one in wanted)


def _number(value: Any) -> float:
    """NaN, which is neither more nor less than anything, for what is no number."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


Test = Callable[[Any, Any], bool]
TESTS: Mapping[str, Test] = MappingProxyType(
    {
        "eq": _same,
        "ne": lambda found, wanted: not _same(found, wanted),
        "in": _among,
        "nin": lambda found, wanted: not _among(found, wanted),
        "gt": lambda found, wanted: _number(found) > _number(wanted),
        "lt": lambda found, wanted: _number(found) < _number(wanted),
        "gte": lambda found, wanted: _number(found) >= _number(wanted),
        "lte": lambda found, wanted: _number(found) <= _number(wanted),
        "exists": lambda found, wanted: (found is not None) is (wanted is not False),
    }
)
"""By operator: what was answered, and what the condition says. An unknown operator is never true."""
