"""A provider's address: as configured, or from its preset, with placeholders filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ccr.config.address import split
from ccr.config.draft import Draft
from ccr.config.presets import Preset
from ccr.config.problems import Problem, did_you_mean

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def base_url(begun: Draft, protocol: str, options: Mapping[str, Any]) -> tuple[str, list[Problem]]:
    """The URL, and what is wrong with it."""
    url, preset, place = begun.entry.api_base_url, begun.preset, begun.at("api_base_url")
    template = preset.base_url.get(protocol, "") if preset else ""
    if url:
        problem = mistake(url)
        return _completed(url, template, options), [Problem(place, *problem)] if problem else []
    if template:
        return filled(template, options), _missing(template, options, place)
    if preset:
        spoken = ", ".join(preset.base_url)
        message = f"is missing: {preset.title} is known to speak {spoken}, not {protocol}."
        return "", [Problem(place, message, 'Give its URL, or another "protocol".')]
    hint = 'Give its URL, such as "https://api.example.com/v1".'
    cure = did_you_mean(begun.entry.name, begun.presets.names, hint)
    return "", [Problem(place, f'is missing, and "{begun.entry.name}" is no provider known by name.', cure)]


def mistake(url: str) -> tuple[str, str] | None:
    """What is wrong with a URL, and the cure."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        return f'is no URL: {error} ("{url}").', "It should look like https://host/path."
    if parts.scheme in ("http", "https") and parts.hostname:
        return None
    bare = url.rpartition("://")[2].lstrip("/")
    scheme = "http" if bare.startswith(("localhost", "127.", "192.168.", "10.")) else "https"
    cure = f'Did you mean "{scheme}://{bare}"?' if bare else "It should look like https://host/path."
    return f'should begin with https:// or http:// (it is "{url}").', cure


def protocol_at(preset: Preset, url: str) -> str:
    """Which of a preset's protocols lives at a URL that says no more than a base."""
    begun = (name for name, known in preset.base_url.items() if _begins(url, known))
    return next(begun, preset.protocol)


def filled(template: str, options: Mapping[str, Any]) -> str:
    """``{region}`` and the like from the options; what they do not have (``{model}``) stays."""
    url = _PLACEHOLDER.sub(lambda match: str(options.get(match[1]) or match[0]), template)
    # Vertex: the global location has no prefix of its own.
    return url.replace("//global-aiplatform.", "//aiplatform.")


def _begins(url: str, endpoint: str) -> bool:
    """Whether the path of one is the beginning of that of the other."""
    return f"{split(endpoint).path.rstrip('/')}/".startswith(f"{split(url).path.rstrip('/')}/")


def _completed(url: str, template: str, options: Mapping[str, Any]) -> str:
    """A URL that begins what the preset knows (``https://openrouter.ai/api``) gets the rest of it."""
    parts = split(url)
    if not template or parts.query or not _begins(url, template):
        return url
    return filled(f"{parts.scheme}://{parts.netloc}{split(template).path}", options)


def _missing(template: str, options: Mapping[str, Any], place: str) -> list[Problem]:
    missing = [name for name in dict.fromkeys(_PLACEHOLDER.findall(template)) if not options.get(name)]
    if not missing:
        return []
    named = " and ".join(f'"{name}"' for name in missing)
    return [Problem(place, f"is missing, and cannot be completed without {named}.", "Give either.")]
