"""A preset's part of the configuration over the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

SERVICE = ("HOST", "PORT", "APIKEY", "APIKEYS", "LOG", "LOG_LEVEL", "MAX_BODY_MB")
"""Keys that are the service's: a preset has no say in them."""

ROUTING = ("Router", "fallback", "CUSTOM_ROUTER_PATH", "CUSTOM_ROUTER_TIMEOUT_MS")
"""Keys that belong together: a preset with providers or routes of its own takes none from outside."""


def over(base: Mapping[str, Any], preset: Mapping[str, Any]) -> dict[str, Any]:
    """Both as one: the preset's providers come first and win by name, its other keys win."""
    own = {key: value for key, value in preset.items() if key not in SERVICE}
    providers, left_out = _providers(own), {"Providers", "providers"}
    if providers or any(key in own for key in ROUTING):
        left_out |= {*ROUTING}
    names = {_name(entry) for entry in providers}
    rest = {key: value for key, value in base.items() if key not in left_out}
    others = [entry for entry in _providers(base) if _name(entry) not in names]
    merged = {**rest, **own, "Providers": [*providers, *others]}
    merged.pop("providers", None)
    if (plugins := _plugins(base) + _plugins(own)) or "transformers" in merged:
        merged["transformers"] = plugins
    return merged


def absolute(config: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The same with all paths that are meant from ``folder`` written out."""
    written = dict(config)
    for key in ("CUSTOM_ROUTER_PATH", "REWRITE_SYSTEM_PROMPT"):
        written = _from(written, key, folder)
    for key in ("transformers", "agents"):
        if key in config:
            written[key] = _each(config[key], "path", folder)
    if isinstance(line := config.get("StatusLine"), dict):
        written["StatusLine"] = {key: _theme(value, folder) for key, value in line.items()}
    return written


def _theme(theme: Any, folder: Path) -> Any:
    if not isinstance(theme, dict) or "modules" not in theme:
        return theme
    return {**theme, "modules": _each(theme["modules"], "scriptPath", folder)}


def _each(entries: Any, key: str, folder: Path) -> Any:
    if not isinstance(entries, list):
        return entries
    return [_from(entry, key, folder) if isinstance(entry, dict) else entry for entry in entries]


def _from(entry: Mapping[str, Any], key: str, folder: Path) -> dict[str, Any]:
    path = entry.get(key)
    if not isinstance(path, str) or not path or path.startswith("~"):
        return dict(entry)
    return {**entry, key: str(folder / path)}


def _providers(config: Mapping[str, Any]) -> list[Any]:
    value = config.get("Providers", config.get("providers"))
    return value if isinstance(value, list) else []


def _plugins(config: Mapping[str, Any]) -> list[Any]:
    value = config.get("transformers")
    return value if isinstance(value, list) else []


def _name(entry: Any) -> Any:
    name = entry.get("name") if isinstance(entry, dict) else None
    return name.lower() if isinstance(name, str) else name
