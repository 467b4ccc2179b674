"""The original's version 3: ``config.sqlite``, read without being changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ccr.config.importing.found import Found, Unreadable
from ccr.config.importing.sqlite import rows
from ccr.wire import json

_KEPT = ("HOST", "PORT", "API_TIMEOUT_MS", "CUSTOM_ROUTER_PATH")
_OF_PROVIDER = ("enabled", "modelMetadata", "extraHeaders", "extraBody")
_LEFT = {
    "virtualModelProfiles": "Fusion models",
    "toolHub": "the ToolHub",
    "contextArchive": "the context archive",
    "proxy": "the intercepting proxy",
    "botGateway": "bots",
    "profile": "agent profiles",
}


def read(path: Path) -> Found:
    """Providers, keys of clients, address and rules. Raises ``Unreadable``."""
    settings = rows(path, "SELECT value_json FROM app_config WHERE key = 'default'")
    try:
        config = json.decode(str(settings[0][0]).encode()) if settings else None
    except json.JSONError:
        config = None
    if not isinstance(config, dict):
        raise Unreadable(f"{path} holds no configuration of version 3.")
    found = Found({key: config[key] for key in _KEPT if config.get(key)})
    for entry in config.get("Providers") or []:
        if isinstance(entry, dict):
            _provider(found, entry)
    _clients(found, path, config)
    _routes(found, config)
    left = [said for key, said in _LEFT.items() if _is_on(config.get(key))]
    if left:
        found.notes.append(f"There is nothing like {', '.join(left)} here; that is left out.")
    return found


def _provider(found: Found, entry: Mapping[str, Any]) -> None:
    name = str(entry.get("name") or entry.get("id") or "provider")
    made = {
        "name": name,
        "protocol": entry.get("type") or entry.get("protocol"),
        "api_base_url": entry.get("baseUrl") or entry.get("api_base_url"),
        "api_key": _keys(found, entry, name),
        "models": entry.get("models"),
    }
    found.add(made | {key: entry[key] for key in _OF_PROVIDER if key in entry and entry[key] is not True})


def _keys(found: Found, entry: Mapping[str, Any], name: str) -> Any:
    """One key, or several with what stands beside them."""
    credentials = [
        one for one in entry.get("credentials") or [] if isinstance(one, dict) and one.get("api_key")
    ]
    keys = [
        {"key": found.kept_apart(one["api_key"], name)}
        | {
            key: one[key]
            for key in ("label", "enabled", "priority", "weight")
            if one.get(key) not in (None, True)
        }
        for one in credentials
    ]
    if not keys:
        return found.kept_apart(entry.get("api_key") or entry.get("apiKey"), name)
    return keys[0]["key"] if len(keys) == 1 and keys[0].get("enabled") is not False else keys


def _clients(found: Found, path: Path, config: Mapping[str, Any]) -> None:
    if config.get("APIKEY"):
        found.config["APIKEY"] = found.kept_apart(config["APIKEY"], "ccr router")
    clients = []
    for name, key, encryption in rows(path, "SELECT name, encrypted_key, encryption FROM api_keys"):
        if encryption == "plain":
            clients.append({"name": name, "key": found.kept_apart(key, f"ccr client {name}")})
        else:
            found.notes.append(f"The key of the client '{name}' is encrypted: make a new one.")
    if clients:
        found.config["APIKEYS"] = clients


def _routes(found: Found, config: Mapping[str, Any]) -> None:
    """Version 3 has no default route: it takes the preferred provider's first model."""
    entries = [
        one for one in found.config.get("Providers", []) if one.get("models") and one.get("enabled", True)
    ]
    preferred = [one for one in entries if one["name"] == config.get("preferredProvider")] or entries
    rules = config.get("Router")
    kept = {"rules": rules["rules"]} if isinstance(rules, dict) and rules.get("rules") else {}
    if preferred:
        first = preferred[0]
        kept["default"] = f"{first['name']},{next(iter(first['models']))}"
    if kept:
        found.config["Router"] = kept


def _is_on(value: Any) -> bool:
    return bool(value.get("enabled")) if isinstance(value, dict) else bool(value)
