"""The configuration file as text: where it is, its variables, and its syntax. Reads, never writes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ccr.config import syntax
from ccr.config.problems import ConfigError, Problem, Unreadable
from ccr.config.variables import Unset, interpolate

DEEPEST = 100
"""Objects and lists within each other that a file may have."""

_HALF = re.compile(r"\\u[dD][89a-fA-F]")

DEFAULT = Path(".claude-code-router") / "config.json"


class Source(NamedTuple):
    """What was read. ``written`` is as it stands in the file, ``raw`` with variables filled in."""

    path: Path
    found: bool
    written: dict[str, Any]
    raw: dict[str, Any]
    unset: tuple[Unset, ...]
    env: Mapping[str, str]
    """The process's environment over the ``.env`` beside the file."""


def locate(path: str | os.PathLike[str] | None, env: Mapping[str, str]) -> Path:
    """The file meant: the argument, ``CCR_CONFIG_PATH``, ``CONFIG_PATH``, else the one in the home folder."""
    named = path or env.get("CCR_CONFIG_PATH") or env.get("CONFIG_PATH")
    return Path(named).expanduser().absolute() if named else home(env) / DEFAULT


def home(env: Mapping[str, str]) -> Path:
    """The user's home folder."""
    return Path(env.get("HOME") or env.get("USERPROFILE") or Path.home())


def read(path: Path, env: Mapping[str, str]) -> Source:
    """The file's values. A missing file is an empty one (``found`` False).

    Raises ``ConfigError`` when it cannot be read or is not JSON5.
    """
    env = {**beside(path), **env}
    found = path.exists()
    written = _object(path) if found else {}
    raw, unset = interpolate(written, lookup_in(env))
    return Source(path, found, written, raw, tuple(unset), env)


def lookup_in(env: Mapping[str, str]) -> Callable[[str], str | None]:
    """Variables by name; ``HOME`` has a value on every system."""
    return lambda name: env.get(name) or (str(home(env)) if name == "HOME" else None)


def _object(path: Path) -> dict[str, Any]:
    return parsed(text(data(path), path), path)


def data(path: Path) -> bytes:
    """The file's bytes. Raises ``ConfigError``."""
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Unreadable([Problem("", f"It cannot be read: {why}.", _cure(error))], path) from None


def _cure(error: OSError) -> str:
    if isinstance(error, IsADirectoryError):
        return "It is a folder: move it away, or name a file."
    return "Let yourself read it, or name another file." if isinstance(error, PermissionError) else ""


def text(data: bytes, path: Path) -> str:
    """The file's text. Raises ``ConfigError``."""
    try:
        return syntax.decode(data)
    except syntax.SyntaxMistake as mistake:
        raise ConfigError([Problem("", str(mistake))], path) from None


def parsed(text: str, path: Path) -> dict[str, Any]:
    """The object that the text of ``path`` says. Raises ``ConfigError``."""
    try:
        value = syntax.parse(text)
    except syntax.SyntaxMistake as mistake:
        raise ConfigError([Problem("", str(mistake))], path) from None
    if not isinstance(value, dict):
        raise ConfigError([Problem("", "It must be one object in braces: { … }.")], path)
    if (unusable := _unusable(text, value)) is not None:
        raise ConfigError([unusable], path)
    return value


def _unusable(text: str, value: dict[str, Any]) -> Problem | None:
    """What no file could hold, nor any part of the program that goes through it."""
    if _HALF.search(text) and not _writable(value):
        cure = "Characters beyond U+FFFF are two of them (\\ud83d\\ude00), or stand as they are."
        return Problem("", "A text in it has half of a character (\\ud800 to \\udfff alone).", cure)
    return Problem("", "It is nested too deeply.") if _is_deeper(value, DEEPEST) else None


def _writable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _is_deeper(value: Any, levels: int) -> bool:
    layer = [value]
    while layer and levels:
        inner = [
            one.values() if isinstance(one, dict) else one for one in layer if isinstance(one, dict | list)
        ]
        layer, levels = [item for items in inner for item in items], levels - 1
    return bool(layer)


def beside(path: Path) -> dict[str, str]:
    """The variables of the ``.env`` in the file's folder; none when it cannot be read."""
    try:
        text = syntax.decode(path.with_name(".env").read_bytes())
    except (OSError, syntax.SyntaxMistake):
        return {}
    from ccr.config import dotenv

    return dotenv.parse(text)
