"""Providers and their models as they stand in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ccr.config.problems import did_you_mean


class Refused(ValueError):
    """It cannot be done; the message says why, for the user."""


def key_of(value: Mapping[str, Any]) -> str:
    """The name the list of providers has in this file."""
    return "providers" if "providers" in value and "Providers" not in value else "Providers"


def entries(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All that are objects and have a name."""
    return [one for one in whole(value) if isinstance(one, dict) and isinstance(one.get("name"), str)]


def whole(value: Mapping[str, Any]) -> list[Any]:
    """The list as it is, with entries that are mistakes."""
    found = value.get(key_of(value))
    return list(found) if isinstance(found, list) else []


def listed(value: Mapping[str, Any]) -> list[Any]:
    """The same, to be written. Raises ``Refused`` where something else stands, which would be lost."""
    found = value.get(key_of(value))
    if found is not None and not isinstance(found, list):
        raise Refused(f"{key_of(value)} is no list: `ccr config edit` opens the file.")
    return whole(value)


def table(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    """An object of the file, to be written; empty when there is none. Raises ``Refused`` likewise."""
    found = value.get(key)
    if found is not None and not isinstance(found, dict):
        raise Refused(f"{key} is no object: `ccr config edit` opens the file.")
    return dict(found or {})


def names(value: Mapping[str, Any]) -> list[str]:
    return [one["name"] for one in entries(value)]


def index(value: Mapping[str, Any], name: str) -> int:
    """Where a provider stands in the list; upper and lower case are alike. Raises ``Refused``."""
    for number, one in enumerate(whole(value)):
        if isinstance(one, dict) and str(one.get("name")).strip().lower() == name.strip().lower():
            return number
    known = names(value)
    there = f"There are: {', '.join(known)}." if known else "There are none: `ccr provider add` adds one."
    raise Refused(f"There is no provider '{name}'. {did_you_mean(name, known, there)}")


def entry(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The entry of a provider. Raises ``Refused``."""
    found: dict[str, Any] = whole(value)[index(value, name)]
    return found


def replaced(value: Mapping[str, Any], at: int, new: Mapping[str, Any]) -> dict[str, Any]:
    """The file with another entry at a place of the list."""
    every = listed(value)
    every[at] = dict(new)
    return {**value, key_of(value): every}


def models_of(entry: Mapping[str, Any]) -> list[str]:
    """The names of an entry's models, in whichever way they are written."""
    found = entry.get("models")
    if isinstance(found, str):
        return [name.strip() for name in found.split(",") if name.strip()]
    if isinstance(found, dict):
        return list(found)
    return [name for one in found if (name := _name(one))] if isinstance(found, list) else []


def with_models(entry: Mapping[str, Any], models: Sequence[str]) -> dict[str, Any]:
    """The entry with these models; what is said of those that stay, stays."""
    old = entry.get("models")
    if isinstance(old, dict):
        return {**entry, "models": {name: old.get(name, {}) for name in models}}
    known = {_name(one): one for one in old} if isinstance(old, list) else {}
    return {**entry, "models": [known.get(name, name) for name in models]}


def split_target(target: str) -> tuple[str, str]:
    """The provider and the model of ``provider,model``. Raises ``Refused``."""
    name, comma, model = target.partition(",")
    if not comma or not name.strip() or not model.strip():
        raise Refused(f"'{target}' should be provider,model: openrouter,anthropic/claude-sonnet-4")
    return name.strip(), model.strip()


def known_target(value: Mapping[str, Any], target: str) -> str:
    """The target with its provider's name as the file writes it. Raises ``Refused``."""
    name, model = split_target(target)
    return f"{entry(value, name)['name']},{model}"


def targets(value: Mapping[str, Any]) -> list[str]:
    """Every ``provider,model`` there is."""
    return [f"{one['name']},{model}" for one in entries(value) for model in models_of(one)]


def _name(item: Any) -> str:
    found = (item.get("name") or item.get("id")) if isinstance(item, dict) else item
    return found if isinstance(found, str) else ""
