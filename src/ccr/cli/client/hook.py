"""The entry ``statusLine`` in Claude Code's own settings file: put there and taken out; all else stays."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ccr.cli import itself
from ccr.config import source, syntax

ENTRY = "statusLine"

_OURS = re.compile(r"\bccr(?:\.exe|\.cmd)?[\"']?\s+statusline\b", re.IGNORECASE)


class NotChanged(Exception):
    """The file stays as it is; the message says why and what helps."""


class Change(NamedTuple):
    """What was done. ``backup``: the file as it was; None where there was none, or nothing to do."""

    path: Path
    done: bool
    backup: Path | None = None


def settings_file(env: Mapping[str, str]) -> Path:
    """The user's settings of Claude Code."""
    named = env.get("CLAUDE_CONFIG_DIR")
    return (Path(named).expanduser() if named else source.home(env) / ".claude") / "settings.json"


def entry(command: str, refresh: int | None = None) -> dict[str, Any]:
    """The entry as Claude Code wants it. ``refresh``: seconds after which it is drawn anew."""
    made: dict[str, Any] = {"type": "command", "command": command, "padding": 0}
    return made | ({"refreshInterval": refresh} if refresh else {})


def command_line(preset: str = "", platform: str = sys.platform) -> str:
    """How a shell calls `ccr statusline`."""
    return quoted([*itself.by_name(), "statusline", *([preset] if preset else [])], platform)


def quoted(words: list[str], platform: str) -> str:
    """One line for the shell. Under Windows that is Git's or PowerShell's: slashes suit both."""
    if platform != "win32":
        return shlex.join(words)
    words = [word.replace("\\", "/") for word in words]
    line = " ".join(f'"{word}"' if re.search(r"[^\w./:@-]", word) else word for word in words)
    return f"& {line}" if line.startswith('"') else line


def install(path: Path, wanted: Mapping[str, Any], *, force: bool = False) -> Change:
    """Puts the entry in. Raises ``NotChanged``: another's entry stays, but for ``force``."""
    text, settings = _read(path)
    old = settings.get(ENTRY)
    if old == wanted:
        return Change(path, done=False)
    if old is not None and not is_ours(old) and not force:
        raise NotChanged(
            f"{path} has a status line already: {json.dumps(old)}. --force replaces it; a copy is kept."
        )
    return _write(path, text, {**settings, ENTRY: dict(wanted)})


def uninstall(path: Path) -> Change:
    """Takes the entry out, if it is ours. Raises ``NotChanged``."""
    text, settings = _read(path)
    old = settings.get(ENTRY)
    if old is None:
        return Change(path, done=False)
    if not is_ours(old):
        raise NotChanged(f"The status line in {path} is not ours and stays: {json.dumps(old)}.")
    return _write(path, text, {key: value for key, value in settings.items() if key != ENTRY})


def is_ours(value: object) -> bool:
    """Whether an entry calls us."""
    command = value.get("command") if isinstance(value, dict) else None
    return isinstance(command, str) and _OURS.search(command) is not None


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = syntax.decode(path.read_bytes())
        settings = syntax.parse(text) if text.strip() else {}
    except FileNotFoundError:
        return "", {}
    except OSError as error:
        raise NotChanged(f"{path} cannot be read: {error.strerror or error}.") from None
    except syntax.SyntaxMistake as mistake:
        raise NotChanged(f"{path} is no JSON and stays as it is: {mistake}") from None
    if not isinstance(settings, dict):
        raise NotChanged(f"{path} must hold one object in braces, and stays as it is.")
    return text, settings


def _write(path: Path, text: str, settings: dict[str, Any]) -> Change:
    from ccr.config.saving import backups, files
    from ccr.config.saving.rewrite import rewrite

    try:
        backup = backups.make(path)
        files.write(path, rewrite(text if text.strip() else "{}\n", settings))
    except OSError as error:
        raise NotChanged(f"{path} cannot be written: {error.strerror or error}.") from None
    return Change(path, done=True, backup=backup.path if backup else None)
