"""A provider's keys: one, several, or none where none is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ccr.config.draft import Draft
from ccr.config.presets import Preset
from ccr.config.problems import Problem
from ccr.config.provider import Auth
from ccr.config.schema import Key
from ccr.config.variables import child

#: ways of showing who we are that need no key in the configuration
KEYLESS: frozenset[Auth | None] = frozenset({"google", "aws", "none"})


class Found(NamedTuple):
    """Each key with what stands beside it, and what is wrong."""

    keys: list[tuple[str, dict[str, Any]]]
    problems: list[Problem]
    warnings: list[Problem]


def read(begun: Draft, local: bool, auth: Auth | None, env: Mapping[str, str]) -> Found:
    """The keys of an entry, or that of its preset's variable."""
    entry, path = begun.entry, begun.at("api_key")
    needed = not local and auth not in KEYLESS
    if entry.api_key is not None:
        given = {item.key: item.beside() for item in entry.api_key if item.enabled and item.key}
        warnings = _twice(entry.api_key, path)
        if needed and not given:
            warnings.append(
                Problem(path, f"is empty: {entry.name} will refuse every request.", _cure(begun.preset))
            )
        return Found(list(given.items()), [], warnings)
    # A key of the environment goes to the provider it belongs to, never to an address the user wrote.
    variables = begun.preset.key if begun.preset and not entry.api_base_url else ()
    if key := next((env[name] for name in variables if env.get(name)), None):
        return Found([(key, {})], [], [])
    return Found([], [Problem(path, "is missing.", _cure(begun.preset))] if needed else [], [])


def _twice(entries: list[Key], path: str) -> list[Problem]:
    """A warning for each key that stands there before: it counts once, with what is said of it last."""
    first: dict[str, int] = {}
    places = ((first.setdefault(item.key, n), n) for n, item in enumerate(entries) if item.key)
    return [
        Problem(child(path, n), f"is the same key as {child(path, before)}: it counts once.")
        for before, n in places
        if before != n
    ]


def _cure(preset: Preset | None) -> str:
    variable = preset.key[0] if preset and preset.key else "MY_PROVIDER_KEY"
    where = f" Keys are made at {preset.key_url}." if preset and preset.key_url else ""
    return f'Write "api_key": "${variable}" and set that variable, or give the key itself.{where}'
