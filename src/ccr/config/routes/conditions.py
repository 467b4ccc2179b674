"""``match`` of a rule: which facts of a request it names, and what they should be.

``{"model": "claude-*", "tokens": {">": 100000}}``: all hold; ``any``, ``all`` and ``not`` join others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from ccr.config.problems import did_you_mean, shown
from ccr.config.routes import clock, operators
from ccr.config.routes.shapes import KINDS, Clock, Condition, Field, Group, Tokens
from ccr.config.routes.values import Notes
from ccr.config.variables import child

FIELDS = ("model", "kind", "agent", "session", "client", "stream", "thinking")
_MODES: dict[str, Literal["all", "any"]] = {"all": "all", "any": "any"}
NAMES = (*FIELDS, "tokens", "time", "day", "header.<name>", "body.<path>", "all", "any", "not")


def read(value: Any, path: str, notes: Notes) -> Condition | None:
    """The condition of a ``match`` object, None with a note when it makes no sense."""
    if not isinstance(value, dict):
        notes.wrong(path, f"should be an object, not {shown(value)}.", 'Such as {"model": "claude-*"}.')
        return None
    return _joined("all", [_entry(key, entry, child(path, key), notes) for key, entry in value.items()])


def _joined(mode: Literal["all", "any"], parts: list[Condition | None]) -> Condition | None:
    """One condition of several; None when one of them made no sense."""
    found = tuple(part for part in parts if part is not None)
    if len(found) < len(parts):
        return None
    joint = " or " if mode == "any" else " and "
    return found[0] if len(found) == 1 else Group(mode, found, joint.join(map(_said, found)))


def _entry(key: str, value: Any, path: str, notes: Notes) -> Condition | None:
    if mode := _MODES.get(key):
        return _group(mode, value, path, notes)
    if key == "not":
        part = read(value, path, notes)
        return part and Group("not", (part,), f"not {_said(part)}")
    if key == "tokens":
        return _tokens(value, path, notes)
    if key in ("time", "day"):
        return _clock(key, value, path, notes)
    name, _, rest = key.partition(".")
    if key in FIELDS or (name in ("header", "body") and rest):
        return _field(key, name, rest, value, path, notes)
    cure = did_you_mean(key, NAMES, f"There are: {', '.join(NAMES)}.")
    notes.wrong(path, "is nothing a rule can match on.", cure)
    return None


def _group(mode: Literal["all", "any"], value: Any, path: str, notes: Notes) -> Condition | None:
    if not isinstance(value, list) or not value:
        notes.wrong(path, f"should be a list of conditions: [{{ … }}], not {shown(value)}.")
        return None
    return _joined(mode, [read(entry, child(path, n), notes) for n, entry in enumerate(value)])


def _field(key: str, name: str, rest: str, value: Any, path: str, notes: Notes) -> Condition | None:
    holds = operators.read(value, path, notes)
    if key == "kind":
        for kind in operators.words(value):
            if kind not in KINDS and "*" not in kind:
                cure = did_you_mean(kind, KINDS, f"There are: {', '.join(KINDS)}.")
                notes.wrong(path, f'there is no kind "{kind}".', cure)
    if holds is None:
        return None
    keys = (rest.lower(),) if name == "header" else tuple(rest.split(".")) if rest else ()
    return Field(name, holds, f"{key} {operators.said(value)}", keys)


def _tokens(value: Any, path: str, notes: Notes) -> Condition | None:
    if not isinstance(value, dict) or not value:
        notes.wrong(path, f"should compare, not {shown(value)}.", 'Such as {">": 100000}.')
        return None
    return _joined("all", [_comparison(sign, than, path, notes) for sign, than in value.items()])


def _comparison(sign: str, than: Any, path: str, notes: Notes) -> Tokens | None:
    if sign not in _COMPARED or not isinstance(than, int) or isinstance(than, bool):
        notes.wrong(child(path, sign), "is no comparison with a whole number.", 'Such as {">": 100000}.')
        return None
    shift, over = _COMPARED[sign]
    return Tokens(than + shift, over, f"tokens {sign} {than}")


_COMPARED = {">": (0, True), ">=": (-1, True), "<": (-1, False), "<=": (0, False)}


def _clock(key: str, value: Any, path: str, notes: Notes) -> Condition | None:
    parts = value if isinstance(value, list) else [value]
    parse: Callable[[str], clock.Holds] = clock.time if key == "time" else clock.day
    try:
        found = [parse(part if isinstance(part, str) else "") for part in parts]
    except ValueError as error:
        notes.wrong(path, f"{error} (it is {shown(value)}).", clock.FORM[key])
        return None
    return Clock(lambda now: any(holds(now) for holds in found), f"{key} {operators.said(value)}")


def _said(condition: Condition) -> str:
    several = isinstance(condition, Group) and len(condition.parts) > 1
    return f"({condition.said})" if several else condition.said
