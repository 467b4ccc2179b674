"""cc-switch: its Claude providers, each of which is an Anthropic address with a token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ccr.config.importing.found import Found, Unreadable
from ccr.config.importing.sqlite import rows
from ccr.wire import json

_MODELS = (
    "ANTHROPIC_MODEL",
    "ANTHROPIC_DEFAULT_SONNET_MODEL",
    "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "ANTHROPIC_DEFAULT_HAIKU_MODEL",
    "ANTHROPIC_SMALL_FAST_MODEL",
)
"""Variables that name a model; the first that is set is the usual one, the last two are for small work."""

_QUERY = (
    "SELECT name, settings_config, is_current FROM providers WHERE app_type = 'claude' "
    "ORDER BY COALESCE(sort_index, 999999), created_at, name"
)


class Entry(NamedTuple):
    name: str
    env: Mapping[str, Any]
    current: bool


def read(path: Path) -> Found:
    """All providers; the current one gets the routes. Raises ``Unreadable``."""
    found = Found()
    for entry in _entries(path):
        if not (url := _text(entry.env.get("ANTHROPIC_BASE_URL"))):
            found.notes.append(f"'{entry.name}' has no address of its own (a login at Anthropic): left out.")
            continue
        _add(found, entry, url)
    if not found.config.get("Providers"):
        raise Unreadable(f"{path} has no provider for Claude Code with an address of its own.")
    return found


def _add(found: Found, entry: Entry, url: str) -> None:
    models = [model for name in _MODELS if (model := _text(entry.env.get(name)))]
    token, key = _text(entry.env.get("ANTHROPIC_AUTH_TOKEN")), _text(entry.env.get("ANTHROPIC_API_KEY"))
    name = found.add(
        {
            "name": entry.name,
            "protocol": "anthropic",
            "api_base_url": url,
            "api_key": found.kept_apart(token or key, entry.name),
            "auth": "bearer" if token else "x-api-key",
            "models": list(dict.fromkeys(models)),
        }
    )
    if entry.current and models:
        small = _text(entry.env.get(_MODELS[3])) or _text(entry.env.get(_MODELS[4]))
        found.config["Router"] = {"default": f"{name},{models[0]}"} | (
            {"background": f"{name},{small}"} if small and small != models[0] else {}
        )
    if not models:
        found.notes.append(f"'{entry.name}' names no model: write those you use into its \"models\".")


def _entries(path: Path) -> Iterator[Entry]:
    if path.suffix != ".json":
        for name, settings, current in rows(path, _QUERY):
            yield Entry(str(name), _env(_decoded(str(settings).encode())), bool(current))
        return
    config = _decoded(path.read_bytes())
    claude = config.get("claude") if isinstance(config.get("claude"), dict) else config
    assert isinstance(claude, dict)
    providers = claude.get("providers")
    for key, one in providers.items() if isinstance(providers, dict) else ():
        if isinstance(one, dict):
            yield Entry(
                str(one.get("name") or key), _env(one.get("settingsConfig")), key == claude.get("current")
            )


def _decoded(text: bytes) -> dict[str, Any]:
    try:
        value = json.decode(text)
    except json.JSONError:
        return {}
    return value if isinstance(value, dict) else {}


def _env(settings: Any) -> Mapping[str, Any]:
    env = settings.get("env") if isinstance(settings, dict) else None
    return env if isinstance(env, dict) else {}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
