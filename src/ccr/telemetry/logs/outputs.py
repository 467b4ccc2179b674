"""The terminal and the files that lines go to."""

from __future__ import annotations

import logging
import os
import stat
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TextIO

from ccr.config.logs import Console
from ccr.telemetry.logs.files import LogFile
from ccr.telemetry.logs.lines import LEVELS, Line, Ready, as_data, as_json, human, iso

APPLICATION = (
    "ccr.route",
    "ccr.routing",
    "ccr.request.steps",
    "ccr.agents",
    "ccr.transformers",
    "ccr.preset",
)
"""Loggers of the application's log: what was decided, and why. The others are the server's."""

LARGEST_OUTPUT = 10_000_000
"""Bytes: the terminal may be a file (`ccr start -d`), which nobody puts aside."""

Redact = Callable[[str], str]


class Screen:
    """Standard error: words, coloured where that is welcome, or JSON. Stack traces are in the files only."""

    def __init__(self, console: Console, level: str, redact: Redact, stream: TextIO | None = None) -> None:
        self.level = LEVELS[level]
        self._stream = stream or sys.stderr
        self._redact = redact
        colored = console.color == "always" or (
            console.color == "auto" and is_colored(self._stream, os.environ)
        )
        self._format = as_json if console.format == "json" else human(color=colored)

    def takes(self, record: logging.LogRecord) -> bool:  # noqa: ARG002
        return not self._full()

    def write(self, lines: Sequence[Line | Ready]) -> None:
        wholes = (line.whole() if isinstance(line, Ready) else line for line in lines)
        brief = [{key: value for key, value in line.items() if key != "trace"} for line in wholes]
        try:
            self._stream.write(self._redact("".join(map(self._format, brief))))
            self._stream.flush()
        except (OSError, ValueError):  # the terminal is gone
            return

    def close(self) -> None: ...

    def _full(self) -> bool:
        try:
            found = os.fstat(self._stream.fileno())
        except (OSError, ValueError):  # no file at all
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size > LARGEST_OUTPUT


def is_colored(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Whether colours are welcome there (no-color.org)."""
    return stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") != "dumb"


class File:
    """One of the two logs. A disk that is full costs lines, which are counted and told of."""

    def __init__(self, file: LogFile, level: str, redact: Redact, takes: Callable[[str], bool]) -> None:
        self.level = LEVELS[level]
        self._file = file
        self._redact = redact
        self._takes = takes
        self._lost = 0

    def takes(self, record: logging.LogRecord) -> bool:
        return self._takes(record.name)

    def write(self, lines: Sequence[Line | Ready]) -> None:
        data = _joined(lines, self._redact)
        if self._lost:
            lost = f"{self._lost} lines before this are lost."
            told = {"time": iso(time.time()), "level": "warn", "log": "log", "msg": lost}
            data = as_data([told]) + data
        try:
            self._file.append(data)
        except OSError as error:
            self._failed(len(lines), error)
        else:
            self._lost = 0

    def close(self) -> None:
        self._file.close()

    def _failed(self, count: int, error: OSError) -> None:
        if not self._lost:
            sys.stderr.write(f"The log {self._file.path} cannot be written: {error.strerror}\n")
        self._lost += count


def _joined(lines: Sequence[Line | Ready], redact: Redact) -> bytes:
    """Lines of JSON without secrets: searched are those that are not known to have none."""
    parts = ((kind, as_data(list(run))) for kind, run in groupby(lines, type))
    return b"".join(
        [data if issubclass(kind, Ready) else redact(data.decode()).encode() for kind, data in parts]
    )


def is_application(name: str) -> bool:
    """Whether a logger's lines go to the application's log."""
    return name.startswith(APPLICATION)
