"""The last answer in the conversation, as Claude Code keeps it: one JSON object a line, the newest last."""

from __future__ import annotations

import json
import os
from typing import NamedTuple

from ccr.cli.statusline import given

PIECE = 128 * 1024
LARGEST = 8 * PIECE
"""Bytes that are read from the end; what lies before is not asked."""


class Said(NamedTuple):
    """Of the last answer. None: not told."""

    model: str = ""
    input: float | None = None
    output: float | None = None


def last(path: str) -> Said:
    """What the last line of an assistant says."""
    for size in (PIECE, LARGEST) if path else ():
        for line in reversed(_tail(path, size)):
            if b'"assistant"' in line and (said := _said(line)).model:
                return said
    return Said()


def _tail(path: str, size: int) -> list[bytes]:
    """Lines of the last ``size`` bytes; the first of them may be the end of one."""
    if not os.path.isfile(path):  # noqa: PTH113  # what is no file may never end
        return []
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            file.seek(max(0, file.seek(0, 2) - size))
            return file.read(size).splitlines()
    except (OSError, ValueError):
        return []


def _said(line: bytes) -> Said:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return Said()
    if given.text(entry, "type") != "assistant":
        return Said()
    usage = given.at(entry, "message", "usage")
    model = given.text(entry, "message", "model")
    return Said(model, given.number(usage, "input_tokens"), given.number(usage, "output_tokens"))
