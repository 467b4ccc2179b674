"""What a model's name may look like: ``provider,model``, ``provider/model``, a bare unique name.

Suffixes of a model such as ``:online`` belong to it. ``[1m]`` and its like are marks of the client's and of
routers, and never sent.
"""

from __future__ import annotations

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
        self._offers: dict[str, list[Target]] = {}
        self._found: dict[str, Target | None] = {}
        for provider in providers:
            for model in dict.fromkeys(provider.models):
                self._offers.setdefault(model.lower(), []).append(Target(provider, model))

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
            self._found[name] = self._find(_MARK.sub("", name))
        return self._found[name]

    def _find(self, name: str) -> Target | None:
        if (found := self._unique(name)) is not None:  # names of Bedrock's begin as the picker's do
            return found
        name = name.removeprefix(PICKER_PREFIX)
        if "," in name:
            first, _, model = name.partition(",")
            provider = self.provider(first.strip(), name)
            if not model.strip():
                raise NoRoute(f"'{name}' names no model: write '{provider.name},<model>'.")
            return Target(provider, _listed(provider, model.strip()) or model.strip())
        return self._slashed(name, listed=True) or self._bare(name) or self._slashed(name, listed=False)

    def provider(self, name: str, asked: str = "") -> Provider:
        """A provider by its name, whatever the case. Raises ``NoRoute`` naming what there is."""
        found = self._providers.get(name) or self._folded.get(name.lower())
        if found is None:
            raise NoRoute(self._unknown(name, asked or name))
        return found

    def _slashed(self, name: str, *, listed: bool) -> Target | None:
        first, slash, model = name.partition("/")
        provider = self._folded.get(first.lower()) if slash else None
        if provider is None or not model:
            return None
        known = _listed(provider, model)
        return None if listed and known is None else Target(provider, known or model)

    def _bare(self, name: str) -> Target | None:
        """The one that lists it, or lists it without its suffix."""
        base, colon, suffix = name.rpartition(":")
        if (found := self._unique(name)) is not None or not colon:
            return found
        return Target(found.provider, f"{found.model}:{suffix}") if (found := self._unique(base)) else None

    def _unique(self, name: str) -> Target | None:
        offers = self._offers.get(name.lower(), ())
        found = [target for target in offers if target.model == name] or offers
        return found[0] if len(found) == 1 else None

    def _unknown(self, name: str, asked: str) -> str:
        import difflib

        near = difflib.get_close_matches(name, self._providers, 1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        known = ", ".join(self._providers) or "none"
        return f"Provider '{name}' of model '{asked}' is not configured.{hint} Configured providers: {known}."


def _listed(provider: Provider, model: str) -> str | None:
    """A model as its provider lists it, whatever the case."""
    if model in provider.models:
        return model
    return next((listed for listed in provider.models if listed.lower() == model.lower()), None)


def is_clients_own(name: str) -> bool:
    """A bare name of a model of Claude's, which Claude Code sends without anybody having chosen it."""
    return name.lower().startswith("claude-") and "," not in name and "/" not in name
