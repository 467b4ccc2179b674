"""Names out of the configuration, read without the validator. What cannot be read offers nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ccr.config.peek import Peek, peek

SCENARIOS = ("default", "background", "think", "longContext", "webSearch", "image", "compaction", "safeguard")


class Known:
    """What a configuration names; ``config`` is its file where one was given."""

    def __init__(self, config: str | None = None, env: Mapping[str, str] = os.environ) -> None:
        self._found: Peek = peek(env, config)

    def providers(self) -> list[str]:
        return [name for name, _ in self._providers()]

    def models(self, provider: str = "") -> list[str]:
        """The models of a provider, or of all."""
        found = [model for name, models in self._providers() if provider in ("", name) for model in models]
        return list(dict.fromkeys(found))

    def targets(self) -> list[str]:
        """``provider,model``"""
        return [f"{name},{model}" for name, models in self._providers() for model in models]

    def scenarios(self) -> list[str]:
        return list(dict.fromkeys([*SCENARIOS, *_keys(self._found.raw.get("Router"))]))

    def places(self) -> list[str]:
        """Paths as `ccr config get` takes them."""
        raw = self._found.raw
        router = [f"Router.{key}" for key in _keys(raw.get("Router"))]
        return [*raw, *router, *(f"Providers.{name}" for name in self.providers())]

    def presets(self) -> list[str]:
        """Those that are installed."""
        folder: Path = self._found.path.parent / "presets"
        return sorted(path.parent.name for path in folder.glob("*/manifest.json"))

    def _providers(self) -> Iterator[tuple[str, list[str]]]:
        entries = self._found.raw.get("Providers") or self._found.raw.get("providers")
        for entry in entries if isinstance(entries, list) else []:
            name = entry.get("name") if isinstance(entry, dict) else None
            if isinstance(name, str) and name:
                yield name, _models(entry.get("models"))


def _models(value: Any) -> list[str]:
    """A list of names or of objects with one, or an object by name."""
    if isinstance(value, dict):
        return [*value]
    entries = value if isinstance(value, list) else [value]
    named = [entry.get("name") or entry.get("id") if isinstance(entry, dict) else entry for entry in entries]
    return [name for name in named if isinstance(name, str)]


def _keys(value: Any) -> list[str]:
    return [*value] if isinstance(value, dict) else []
