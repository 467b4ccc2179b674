"""The original's versions 1 and 2: their file is ours. Told is what means something else here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ccr.config import source
from ccr.config.checks import OLDEST
from ccr.config.importing.found import Found, Unreadable
from ccr.config.problems import ConfigError

Config = Mapping[str, Any]


def read(path: Path) -> Found:
    """The file as it is, and remarks. Raises ``Unreadable``."""
    try:
        value = source.parsed(source.text(source.data(path), path), path)
    except ConfigError as error:
        raise Unreadable(str(error)) from None
    found = Found(dict(value))
    found.notes += [said for holds, said in REMARKS.items() if holds(value)]
    if all(value.get(key) for key in OLDEST) and not value.get("Providers"):
        _single(found)
    return found


def _single(found: Found) -> None:
    """The oldest form as a provider."""
    key, url, model = (str(found.config.pop(name)) for name in OLDEST)
    name = found.add({"name": "openai", "api_base_url": url, "api_key": key, "models": [model]})
    found.config["Router"] = {"default": f"{name},{model}", **(found.config.get("Router") or {})}
    found.notes.append("OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL became a provider and a route.")


def _plugin_in_js(config: Config) -> bool:
    entries = config.get("transformers")
    paths = [str(one.get("path", "")) for one in entries or [] if isinstance(one, dict)]
    return any(path.endswith((".js", ".cjs", ".mjs")) for path in paths)


def _forgotten(config: Config) -> bool:
    """Whether there is a provider that the original leaves out without a word."""
    entries = config.get("Providers") or config.get("providers") or []
    return any(
        isinstance(one, dict) and not (one.get("api_key") and one.get("api_base_url")) for one in entries
    )


def _exposed(config: Config) -> bool:
    return not config.get("APIKEY") and config.get("HOST") not in (None, "", "127.0.0.1", "localhost")


REMARKS: Mapping[Callable[[Config], bool], str] = MappingProxyType(
    {
        _plugin_in_js: (
            "Transformers in JavaScript are not run here; docs/transformers.md tells how to write them."
        ),
        _forgotten: "Providers without key or URL, which the original leaves out, are used here.",
        lambda config: "$" in str(config.get("Router")): (
            "Variables in Router are filled in here; version 2 of the original leaves them."
        ),
        _exposed: "Without an APIKEY the router listens on this machine only, whatever HOST says.",
        lambda config: "API_TIMEOUT_MS" in config: "API_TIMEOUT_MS also bounds the waits for providers here.",
    }
)
"""What to say of a file for which it holds."""
