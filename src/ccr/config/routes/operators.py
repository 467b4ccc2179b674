"""What a value should be: a text (a pattern where it has ``*`` or ``?``), a list of such, or operators.

Texts are compared without regard to case, but by ``regex``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import translate
from typing import Any

from ccr.config.problems import did_you_mean, shown
from ccr.config.routes.values import Notes
from ccr.config.variables import child

Holds = Callable[[object], bool]
"""Given the value found; ``MISSING`` where there is none."""

MISSING = object()


def read(value: Any, path: str, notes: Notes) -> Holds | None:
    """The test that a value stands for."""
    if not isinstance(value, dict):
        return _any(value) if isinstance(value, list) else _plain(value)
    made = [_operator(name, operand, child(path, name), notes) for name, operand in value.items()]
    tests = [test for test in made if test is not None]
    if not made:
        notes.wrong(path, "says nothing.", f"There are: {', '.join(OPERATORS)}.")
    return None if not made or len(tests) < len(made) else lambda found: all(test(found) for test in tests)


def words(value: Any) -> list[str]:
    """The texts that a value names, where it is one or a list."""
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _operator(name: str, operand: Any, path: str, notes: Notes) -> Holds | None:
    make = OPERATORS.get(name)
    if make is None:
        cure = did_you_mean(name, OPERATORS, f"There are: {', '.join(OPERATORS)}.")
        notes.wrong(path, "is no operator.", cure)
        return None
    try:
        return make(operand)
    except (TypeError, ValueError, re.error) as error:
        notes.wrong(path, f"makes no sense: {error} (it is {shown(operand)}).")
        return None


def _plain(value: Any) -> Holds:
    """A text is a pattern where it looks like one."""
    return _glob(value) if isinstance(value, str) and ("*" in value or "?" in value) else _equals(value)


def _any(values: Any) -> Holds:
    if not isinstance(values, list):
        raise TypeError("it should be a list")
    tests = [_plain(value) for value in values]
    return lambda found: any(test(found) for test in tests)


def _equals(value: Any) -> Holds:
    wanted = _folded(value)
    return lambda found: _folded(found) == wanted and isinstance(found, bool) == isinstance(value, bool)


def _glob(value: Any) -> Holds:
    match = re.compile(translate(_text(value)), re.IGNORECASE).match
    return lambda found: isinstance(found, str) and match(found) is not None


def _regex(value: Any) -> Holds:
    search = re.compile(_text(value)).search
    return lambda found: isinstance(found, str) and search(found) is not None


def _prefix(value: Any) -> Holds:
    start = _text(value).lower()
    return lambda found: isinstance(found, str) and found[: len(start)].lower() == start


def _suffix(value: Any) -> Holds:
    end = _text(value).lower()
    return lambda found: isinstance(found, str) and found.lower().endswith(end)


def _contains(value: Any) -> Holds:
    """Some text in it, however deep, has this in it."""
    part = _text(value).lower()
    return lambda found: any(part in text.lower() for text in _texts(found))


def _exists(value: Any) -> Holds:
    if not isinstance(value, bool):
        raise TypeError("it should be true or false")
    return lambda found: (found is not MISSING) == value


def _compared(compare: Callable[[float, float], bool]) -> Callable[[Any], Holds]:
    def make(value: Any) -> Holds:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError("it should be a number")
        return lambda found: (number := _number(found)) is not None and compare(number, value)

    return make


def _not(make: Callable[[Any], Holds]) -> Callable[[Any], Holds]:
    def negated(value: Any) -> Holds:
        holds = make(value)
        return lambda found: not holds(found)

    return negated


OPERATORS: Mapping[str, Callable[[Any], Holds]] = {
    "equals": _equals,
    "==": _equals,
    "!=": _not(_equals),
    "in": _any,
    "glob": _glob,
    "prefix": _prefix,
    "starts-with": _prefix,
    "suffix": _suffix,
    "contains": _contains,
    "not-contains": _not(_contains),
    "regex": _regex,
    "exists": _exists,
    ">": _compared(lambda a, b: a > b),
    ">=": _compared(lambda a, b: a >= b),
    "<": _compared(lambda a, b: a < b),
    "<=": _compared(lambda a, b: a <= b),
}


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("it should be a text")
    return value


def _folded(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _number(value: object) -> float | None:
    """A number; headers are texts."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
