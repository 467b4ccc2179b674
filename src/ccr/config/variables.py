"""``$VAR``, ``${VAR}`` and ``${VAR:-default}`` in every string of a configuration; ``$$`` is a ``$``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

Lookup = Callable[[str], str | None]

# Bare names in upper case only, as the original has it: "$1", "$5.00" and "pa$sword" stay what they are.
_FORM = re.compile(r"\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$([A-Z_][A-Z0-9_]*)")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


class Unset(NamedTuple):
    """A variable that has no value, and the place of the string that names it. The string keeps the name."""

    path: str
    name: str


def interpolate(value: Any, lookup: Lookup, path: str = "") -> tuple[Any, list[Unset]]:
    """A copy of ``value`` with the variables of all its strings filled in; keys stay as they are.

    An empty variable counts as one that is not set.
    """
    unset: list[Unset] = []
    return _fill(value, lookup, path, unset), unset


def child(path: str, key: str | int) -> str:
    """The path of a member: ``Providers[0]``, ``Router.default``, ``transformer["some/model"]``."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not _PLAIN_KEY.match(key):
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def _fill(value: Any, lookup: Lookup, path: str, unset: list[Unset]) -> Any:
    if isinstance(value, str):
        return _fill_text(value, lookup, path, unset) if "$" in value else value
    if isinstance(value, list):
        return [_fill(item, lookup, child(path, n), unset) for n, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: _fill(item, lookup, child(path, key), unset) for key, item in value.items()}
    return value


def _fill_text(text: str, lookup: Lookup, path: str, unset: list[Unset]) -> str:
    def value_of(match: re.Match[str]) -> str:
        name, default = match[1] or match[3], match[2]
        if name is None:
            return "$"
        if value := lookup(name):
            return value
        if default is None:
            unset.append(Unset(path, name))
            return match[0]
        return default

    return _FORM.sub(value_of, text)
