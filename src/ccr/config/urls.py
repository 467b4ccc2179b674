"""A provider's address: as configured, or from its preset, with placeholders filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ccr.config import schema
from ccr.config.address import split
from ccr.config.presets import Preset, Presets
from ccr.config.problems import Problem, did_you_mean
from ccr.config.variables import child

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
#: what a protocol's endpoint ends in, taken off to get the base
_ENDPOINT = re.compile(r"/(v\d+(beta)?/)?(chat/completions|messages|responses|models)/*$")


def base_url(
    entry: schema.Provider,
    preset: Preset | None,
    protocol: str,
    options: Mapping[str, Any],
    path: str,
    presets: Presets,
    problems: list[Problem],
) -> str:
    """The URL; empty, with a problem noted, when there is none."""
    place = child(path, "api_base_url")
    template = preset.base_url.get(protocol, "") if preset else ""
    if entry.api_base_url:
        problem = mistake(entry.api_base_url)
        problems += [Problem(place, *problem)] if problem else []
        return _completed(entry.api_base_url, template, options)
    if not preset:
        hint = 'Give its URL, such as "https://api.example.com/v1".'
        cure = did_you_mean(entry.name, presets.names, hint)
        problems.append(Problem(place, f'is missing, and "{entry.name}" is no provider known by name.', cure))
    elif not template:
        spoken = ", ".join(preset.base_url)
        problems.append(
            Problem(place, f"is missing: {preset.title} is known to speak {spoken}, not {protocol}.")
        )
    else:
        return _filled(template, options, place, problems)
    return ""


def mistake(url: str) -> tuple[str, str] | None:
    """What is wrong with a URL, and the cure."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        return f'is no URL: {error} ("{url}").', "It should look like https://host/path."
    if parts.scheme not in ("http", "https") or not parts.hostname:
        # "localhost:1234/v1" parses as the scheme "localhost"
        bare = url.rsplit("://", maxsplit=1)[-1].lstrip("/")
        scheme = "http" if bare.startswith(("localhost", "127.", "192.168.", "10.")) else "https"
        return f'should begin with https:// or http:// (it is "{url}").', f'Did you mean "{scheme}://{bare}"?'
    return None


def protocol_at(preset: Preset, url: str) -> str:
    """Which of a preset's protocols lives at a URL that says no more than a base."""
    base = url.rstrip("/").lower()
    same = (
        name
        for name, known in preset.base_url.items()
        if _ENDPOINT.sub("", known).rstrip("/").lower() == base
    )
    return next(same, preset.protocol)


def _completed(url: str, template: str, options: Mapping[str, Any]) -> str:
    """A URL without a path gets that of the preset when the preset's depends on options, as Vertex's does."""
    parts = split(url)
    if _PLACEHOLDER.search(split(template).path) and not parts.path.strip("/"):
        return _filled(f"{parts.scheme}://{parts.netloc}{split(template).path}", options, "", [])
    return url


def _filled(template: str, options: Mapping[str, Any], place: str, problems: list[Problem]) -> str:
    """``{region}`` and the like from the options. ``{model}`` is left to the protocol."""
    missing = [name for name in _PLACEHOLDER.findall(template) if name != "model" and not options.get(name)]
    if missing:
        problems.append(
            Problem(
                place,
                f"is missing, and cannot be completed without {' and '.join(missing)}.",
                _option_cure(missing),
            )
        )
    return _PLACEHOLDER.sub(lambda match: str(options.get(match[1]) or match[0]), template)


def _option_cure(missing: list[str]) -> str:
    return f'Give "api_base_url", or {" and ".join(chr(34) + name + chr(34) for name in missing)}.'
