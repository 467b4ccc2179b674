"""What was taken over from another router."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ccr.config.variables import interpolate


class Unreadable(Exception):
    """The other router's file makes no sense to us; the message is for the user."""


@dataclass
class Found:
    """A configuration of ours, with what is to be said of it."""

    config: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    """Keys that were found in clear, by the names that the configuration now has for them: for ``.env``."""

    notes: list[str] = field(default_factory=list)
    """What could not be taken over, or means something else here."""

    def kept_apart(self, key: object, provider: str) -> str:
        """What stands in the configuration for a key: a variable, unless it is one already."""
        text = key.strip() if isinstance(key, str) else ""
        if not text:
            return ""
        if interpolate(text, _unset) != (text, []):
            return text
        base = re.sub(r"\W+", "_", provider).strip("_").upper() or "PROVIDER"
        base = f"_{base}" if base[0].isdigit() else base
        known = next((name for name, value in self.variables.items() if value == text), None)
        name = known or _free(f"{base}_API_KEY", self.variables)
        self.variables[name] = text
        return f"${name}"

    def add(self, entry: dict[str, Any]) -> str:
        """Adds a provider under a name of its own. Gives the name."""
        entries = self.config.setdefault("Providers", [])
        plain = re.sub(r"\s*,\s*", " ", str(entry.get("name") or "provider")).strip() or "provider"
        entry["name"] = _free(plain, {one["name"] for one in entries}, "-")
        entries.append({key: value for key, value in entry.items() if value not in (None, "", [], {})})
        return str(entry["name"])


def _free(name: str, taken: Collection[str], joint: str = "_") -> str:
    number, found = 2, name
    while found in taken:
        found, number = f"{name}{joint}{number}", number + 1
    return found


def _unset(_: str) -> None:
    """Of no variable a value is known."""
