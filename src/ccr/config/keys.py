"""A provider's keys: one, several, or none where none is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ccr.config import schema
from ccr.config.presets import Preset
from ccr.config.problems import Problem
from ccr.config.provider import Auth
from ccr.config.variables import child

#: ways of showing who we are that need no key in the configuration
KEYLESS: frozenset[Auth] = frozenset({"google", "aws", "none"})


class Place(NamedTuple):
    """Whose keys: where the entry stands, and where it sends them."""

    path: str
    url: str
    local: bool
    auth: Auth | None


def read(
    entry: schema.Provider,
    preset: Preset | None,
    place: Place,
    env: Mapping[str, str],
    problems: list[Problem],
    warnings: list[Problem],
) -> list[tuple[str, dict[str, Any]]]:
    """Each key with what stands beside it. Notes what is missing."""
    path = child(place.path, "api_key")
    if entry.api_key is not None:
        found = [(item.key, item.model_extra or {}) for item in entry.api_key if item.enabled and item.key]
        if not found and not place.local:
            warnings.append(
                Problem(path, f"is empty: {entry.name} will refuse every request.", _cure(preset))
            )
        return found
    # A key of the environment goes to the provider it belongs to, never to an address the user wrote.
    if preset and not entry.api_base_url:
        for variable in preset.key:
            if env.get(variable):
                return [(env[variable], {})]
    if not place.local and place.auth not in KEYLESS:
        problems.append(Problem(path, "is missing.", _cure(preset)))
    return []


def _cure(preset: Preset | None) -> str:
    variable = preset.key[0] if preset and preset.key else "MY_PROVIDER_KEY"
    where = f" Keys are made at {preset.key_url}." if preset and preset.key_url else ""
    return f'Write "api_key": "${variable}" and set that variable, or give the key itself.{where}'
