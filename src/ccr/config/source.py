"""The configuration file as text: where it is, its variables, and its syntax. Reads, never writes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ccr.config import syntax
from ccr.config.problems import ConfigError, Problem, Unreadable
from ccr.config.variables import Unset, interpolate

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
        raise Unreadable([Problem("", f"It cannot be read: {why}.")], path) from None


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
    return value


def beside(path: Path) -> dict[str, str]:
    """The variables of the ``.env`` in the file's folder; none when it cannot be read."""
    try:
        text = syntax.decode(path.with_name(".env").read_bytes())
    except (OSError, syntax.SyntaxMistake):
        return {}
    from ccr.config import dotenv

    return dotenv.parse(text)
