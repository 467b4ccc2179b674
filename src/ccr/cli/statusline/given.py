"""What Claude Code says on standard input: any part of it may be missing, or be something else."""

from __future__ import annotations

import json
from typing import IO

LARGEST = 4_000_000
"""Bytes that are read; Claude Code says some 2 KB."""

FINITE = 1e15


def read(stream: IO[bytes] | None) -> object:
    """The value; None where there is nothing that can be read."""
    if stream is None or stream.isatty():
        return None
    try:
        return json.loads(stream.read(LARGEST).decode("utf-8-sig", "replace"))
    except (OSError, ValueError, RecursionError):
        return None


def at(value: object, *path: str) -> object:
    """The member at the end of a path of keys; None where the path ends before."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text(value: object, *path: str) -> str:
    """The text there, "" where there is none."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def number(value: object, *path: str) -> float | None:
    """The number there; None where there is none that means something."""
    found = at(value, *path)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if -FINITE < found < FINITE else None


def flag(value: object, *path: str) -> bool:
    return at(value, *path) is True
