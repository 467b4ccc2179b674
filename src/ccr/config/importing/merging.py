"""What was taken over beside what there is already, which wins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Their providers behind ours, their rules where we have none, their other keys where we have none."""
    key = "providers" if "providers" in ours else "Providers"
    entries = list(ours.get(key) or [])
    known = {str(one.get("name")).lower() for one in entries if isinstance(one, dict)}
    entries += [one for one in providers_of(theirs) if str(one.get("name")).lower() not in known]
    whole = {**theirs, **ours}
    for rules in ("Router", "fallback"):
        if rules in whole:
            whole[rules] = _filled(ours.get(rules), theirs.get(rules))
    whole.pop("Providers" if key == "providers" else "providers", None)
    return {**whole, key: entries}


def same_names(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """Providers that both have: ours stay."""
    known = {str(one.get("name")).lower() for one in providers_of(ours)}
    return [str(one["name"]) for one in providers_of(theirs) if str(one.get("name")).lower() in known]


def providers_of(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries that are objects, under either name."""
    found = config.get("Providers", config.get("providers"))
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _filled(ours: Any, theirs: Any) -> Any:
    """Their members where ours has none, or an empty one."""
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return ours or theirs
    return {**theirs, **{key: value for key, value in ours.items() if value not in ("", None)}}
