"""Paths as people write them: ``Router.default``, ``Providers.openrouter.models[0]``, ``a["b.c"]``."""

from __future__ import annotations

import json
import re
from typing import Any

from ccr.config.problems import did_you_mean
from ccr.config.saving.edit import Step
from ccr.config.saving.secrets import mask, names
from ccr.config.variables import child

_STEP = re.compile(r"""\[(\d+)\]|\[("(?:[^"\\]|\\.)*"|'[^']*')\]|\.?([^.\[\]'"]+)""")


_PROVIDERS = ("Providers", "providers")


class WrongPath(ValueError):
    """The path cannot be meant; the message says why, for the user."""


class Nowhere(WrongPath):
    """The path is one, but leads to nothing in this file."""


def read(path: str) -> list[Step]:
    """The steps of a path. Raises ``WrongPath``."""
    steps: list[Step] = []
    at = 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None or (not at and path.startswith(".")):
            raise WrongPath(f'"{path}" is no path. Write it as Providers.openrouter.models[0] or a["b.c"].')
        number, quoted, name = match.groups()
        steps.append(int(number) if number else _unquoted(quoted) if quoted else name)
        at = match.end()
    if not steps:
        raise WrongPath("The path is empty. Write it as Router.default or Providers.openrouter.models.")
    return steps


def resolve(path: str, value: Any) -> list[Step]:
    """The steps with names of list entries (``Providers.openrouter``) as indexes.

    Behind the known part of a path keys are taken as they are; a list's new entry is its next index.
    Raises ``WrongPath``, ``Nowhere``, in whose words no key can be read.
    """
    steps, shown = read(path), mask(value)
    if steps[0] in _PROVIDERS:
        steps[0] = next(
            (name for name in _PROVIDERS if isinstance(value, dict) and name in value), "Providers"
        )
    found: list[Step] = []
    for number, step in enumerate(steps):
        if isinstance(value, list):
            step = _index(value, shown, step, place(found), last=number == len(steps) - 1)
        elif isinstance(value, dict) and isinstance(step, int):
            step = str(step)
        elif value is not None and not isinstance(value, dict):
            raise Nowhere(f"{place(found)} is {_kind(shown)}: it has nothing like {step!r} in it.")
        found.append(step)
        value, shown = _inside(value, shown, step)
    return found


def place(steps: list[Step]) -> str:
    """The steps as one path, as messages show it."""
    shown = ""
    for step in steps:
        shown = child(shown, step)
    return shown


def _index(entries: list[Any], shown: list[Any], step: Step, where: str, *, last: bool) -> int:
    if isinstance(step, str) and step.isdigit():
        step = int(step)
    if isinstance(step, int):
        if step < len(entries) + last:
            return step
        count = f"{len(entries)} {'entry' if len(entries) == 1 else 'entries'}"
        raise Nowhere(f"{where} has {count}, counted from 0: there is no [{step}].")
    for number, name in enumerate(map(_named, entries)):
        if name is not None and name.lower() == step.lower():
            return number
    known = [name for name in map(_named, shown) if name]
    cure = did_you_mean(step, known, f"There are: {', '.join(known)}." if known else "It is empty.")
    raise Nowhere(f'{where} has no entry named "{step}". {cure} A new one is {where}[{len(entries)}].')


def _named(entry: Any) -> str | None:
    name = entry.get("name") if isinstance(entry, dict) else entry
    return name if isinstance(name, str) else None


def _inside(value: Any, shown: Any, step: Step) -> tuple[Any, Any]:
    """What is there, and what may be shown of it; None where nothing is."""
    if isinstance(value, dict) and step in value:
        return value[step], shown[names(value, shown)[str(step)]]
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step], shown[step]
    return None, None


def value_at(value: Any, steps: list[Step]) -> Any:
    """What is at a resolved place. Raises ``Nowhere`` when nothing is."""
    for number, step in enumerate(steps):
        there = step in value if isinstance(value, dict) else isinstance(value, list) and _within(value, step)
        if not there:
            known = list(value) if isinstance(value, dict) else []
            cure = did_you_mean(str(step), known, "")
            raise Nowhere(f"There is no {place(steps[: number + 1])}. {cure}".rstrip())
        value = value[step]
    return value


def _within(value: list[Any], step: Step) -> bool:
    return isinstance(step, int) and step < len(value)


def _kind(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else f'the text "{value[:40]}"'


def _unquoted(text: str) -> str:
    return text[1:-1] if text.startswith("'") else str(json.loads(text))
