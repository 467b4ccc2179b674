"""What a model's name may look like: ``provider,model``, ``provider/model``, a bare unique name.

Suffixes of a model such as ``:online`` belong to it. ``[1m]`` and its like are marks of the client's and of
routers, and never sent.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from ccr.config.provider import Provider
from ccr.errors import NoRoute
from ccr.exchange import Target

PICKER_PREFIX = "anthropic."
"""Claude Code's picker shows only ids with ``claude`` or ``anthropic`` in them: ``GET /v1/models`` puts this
before the others, and here it is taken off again."""

_MARK = re.compile(r"\[\d+[km]\]$", re.IGNORECASE)
REMEMBERED = 1_024


class Models:
    """The providers of a configuration, looked up by whatever names clients use for their models."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self._providers = {p.name: p for p in providers}
        self._folded = {p.name.lower(): p for p in reversed(providers)}
        self._offers: dict[str, list[Provider]] = {}
        self._found: dict[str, Target | None] = {}
        for provider in providers:
            for model in provider.models:
                self._offers.setdefault(model, []).append(provider)

    @property
    def first(self) -> str | None:
        """The first model of the first provider that has one: what serves when no route is set."""
        found = (f"{p.name},{p.models[0]}" for p in self._providers.values() if p.models)
        return next(found, None)

    def find(self, name: str) -> Target | None:
        """The target a name stands for, None when it names none. ``NoRoute``: unknown provider."""
        if name not in self._found:
            if len(self._found) >= REMEMBERED:  # names come from clients
                self._found.clear()
            self._found[name] = self._find(plain(name))
        return self._found[name]

    def _find(self, name: str) -> Target | None:
        if "," in name:
            provider, _, model = name.partition(",")
            return Target(self.provider(provider.strip(), name), model.strip())
        return self._slashed(name, listed=True) or self._unique(name) or self._slashed(name, listed=False)

    def provider(self, name: str, asked: str = "") -> Provider:
        """A provider by its name, whatever the case. Raises ``NoRoute`` naming what there is."""
        found = self._providers.get(name) or self._folded.get(name.lower())
        if found is None:
            raise NoRoute(self._unknown(name, asked or name))
        return found

    def _slashed(self, name: str, *, listed: bool) -> Target | None:
        first, slash, model = name.partition("/")
        provider = self._folded.get(first.lower()) if slash else None
        if provider is None or not model or (listed and model not in provider.models):
            return None
        return Target(provider, model)

    def _unique(self, name: str) -> Target | None:
        offers = self._offers.get(name, ())
        return Target(offers[0], name) if len(offers) == 1 else None

    def _unknown(self, name: str, asked: str) -> str:
        near = difflib.get_close_matches(name, self._providers, 1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        known = ", ".join(self._providers) or "none"
        return f"Provider '{name}' of model '{asked}' is not configured.{hint} Configured providers: {known}."


def plain(name: str) -> str:
    """A name without the marks that clients and the picker put on it."""
    return _MARK.sub("", name.removeprefix(PICKER_PREFIX))


def is_clients_own(name: str) -> bool:
    """A bare name of a model of Claude's, which Claude Code sends without anybody having chosen it."""
    return name.lower().startswith("claude-") and "," not in name
