"""How large a preset may be: what strangers pack must not fill the disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

MOST_BYTES = 20 << 20
MOST_FILES = 500
LARGEST_MANIFEST = 2 << 20

NAME = re.compile(r"\w[\w.-]{0,63}(?<!\.)")
_LEFT_OUT = frozenset({".git", ".github", ".env", "node_modules", "__pycache__"})


class NotUsable(ValueError):
    """What was given is no preset that can be installed; the message says why, for the user."""


def checked_name(name: str) -> str:
    """A name that a folder can have on every system. Raises ``NotUsable``."""
    if not NAME.fullmatch(name) or ".." in name:
        raise NotUsable(
            f'"{name[:80]}" cannot be the name of a preset: letters, digits, "-", "_" and "." can.'
        )
    return name


def files(folder: Path) -> list[Path]:
    """All files that belong to a preset, relative; no links. Raises ``NotUsable`` for too much."""
    found: list[Path] = []
    size = 0
    for path in _below(folder):
        found.append(path.relative_to(folder))
        size += path.stat().st_size
        check(len(found), size)
    return found


def check(count: int, size: int) -> None:
    """Raises ``NotUsable`` for too many files or bytes."""
    if count > MOST_FILES or size > MOST_BYTES:
        raise too_large()


def too_large() -> NotUsable:
    return NotUsable(
        f"It is too large: a preset has at most {MOST_FILES} files, {MOST_BYTES >> 20} MB in all."
    )


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name in _LEFT_OUT:
            continue
        if path.is_dir():
            yield from _below(path)
        elif path.is_file():
            yield path
