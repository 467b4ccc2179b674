"""The file for Claude Code's ``--settings``: our variables, and what the user gave with that option.

Variables in there win over those in the user's own settings files, which in turn win over the environment.
It is a file and not JSON on the command line: every user of the machine can read command lines, and the
token stands in it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from ccr.cli.client.environment import CONNECTION, Variables

OPTION = "--settings"

Settings = dict[str, Any]


class BadSettings(Exception):
    """The user's ``--settings`` cannot be used; the message says why."""


class Taken(NamedTuple):
    """Arguments without ``--settings``, and the settings it named."""

    arguments: list[str]
    settings: Settings


def taken(arguments: list[str]) -> Taken:
    """Take the option out and read it. The last one counts; nothing after ``--`` is an option.

    Raises ``BadSettings``.
    """
    rest: list[str] = []
    value: str | None = None
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == OPTION:
            value = next(words, "")
        elif word.startswith(f"{OPTION}="):
            value = word.partition("=")[2]
        else:
            rest.append(word)
    return Taken(rest, {} if value is None else read(value))


def read(value: str) -> Settings:
    """The user's settings: JSON, or the path of a file with it. Raises ``BadSettings``."""
    text = value if value.lstrip().startswith("{") else _file(value)
    try:
        settings = json.loads(text)
    except ValueError as error:
        raise BadSettings(f"{OPTION} {_short(value)} is not JSON: {error}.") from None
    if not isinstance(settings, dict) or not isinstance(settings.get("env", {}), dict):
        raise BadSettings(f'{OPTION} {_short(value)} must be a JSON object, and "env" in it one too.')
    return settings


def merge(users: Settings, variables: Variables) -> tuple[Settings, list[str]]:
    """The settings with our variables in ``env``, and the user's variables that had to give way.

    The user's win, but for those that decide whom the client talks to. What is to be unset is set to nothing,
    which Claude Code takes for the same.
    """
    ours = {name: value or "" for name, value in variables.items()}
    given = users.get("env") or {}
    beaten = [name for name in ours if name in CONNECTION and name in given and given[name] != ours[name]]
    kept = {name: value for name, value in given.items() if name not in CONNECTION or name not in ours}
    return {**users, "env": {**ours, **kept}}, beaten


def _file(path: str) -> str:
    try:
        return Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadSettings(f"{OPTION} {_short(path)} cannot be read: {why}.") from None


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:59]}…"
