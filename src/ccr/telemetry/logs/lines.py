"""A log record as a line: JSON for files and machines, words for people."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import msgspec

from ccr.wire import json

TRACE = 5

LEVELS: Mapping[str, int] = MappingProxyType(
    {
        "trace": TRACE,
        "debug": logging.DEBUG,
        "info": logging.INFO,
        "warn": logging.WARNING,
        "error": logging.ERROR,
        "fatal": logging.CRITICAL,
    }
)
"""The original's names of levels, from the most to the least talkative."""

_NAMES = {number: name for name, number in LEVELS.items()}
_COLORS = {"trace": "90", "debug": "36", "info": "32", "warn": "33", "error": "31", "fatal": "1;31"}

Line = Mapping[str, Any]
"""``time`` (ISO, UTC), ``level``, ``log``, ``reqId`` where there is one, ``msg``, ``trace``, and more."""


class Ready(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A line whose values hold no secret, with a field for each; what is None is not said."""

    time: str
    level: str
    log: str
    reqId: str  # noqa: N815 - as it stands in the line
    msg: str

    def whole(self) -> dict[str, Any]:
        """As all other lines are."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}


_FIRST = ("time", "level", "log", "reqId", "msg", "trace")
_traces = logging.Formatter()
_encoder = msgspec.json.Encoder(enc_hook=str)
_encode, _encode_lines = _encoder.encode, _encoder.encode_lines


def name_of(level: int) -> str:
    """The name of a level of Python's, or of the next lower one that has a name."""
    return _NAMES.get(level) or _NAMES[max((n for n in _NAMES if n <= level), default=TRACE)]


def line_of(record: logging.LogRecord, shown: Callable[[bytes], str]) -> Line:
    """What a record says. Its ``extra`` may hold ``request``, ``fields``, ``at``, and a ``body`` to show."""
    kept = record.__dict__
    line: dict[str, Any] = {
        "time": iso(kept.get("at") or record.created),
        "level": name_of(record.levelno),
        "log": record.name.removeprefix("ccr."),
    }
    words = _said(record)
    if request := kept.get("request"):
        line["reqId"] = request
        words = words.removeprefix(request).lstrip(": ")
    line["msg"] = words
    if fields := kept.get("fields"):
        line.update(fields)
    if body := kept.get("body"):
        line["body"] = shown(body)
    if record.exc_info:
        line["trace"] = record.exc_text or _traces.formatException(record.exc_info)
    return line


def iso(at: float) -> str:
    """A time in seconds since 1970 as ISO writes it, in UTC."""
    second = int(at)
    return f"{_second(second)}.{int((at - second) * 1000):03}+00:00"


@lru_cache(maxsize=8)
def _second(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))


def _said(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - a custom router or transformer that logs wrongly
        return f"{record.msg} {record.args}"


def as_data(lines: Sequence[Line | Ready]) -> bytes:
    """Lines of JSON, each with its end."""
    try:
        return _encode_lines(lines)
    except UnicodeEncodeError:
        return "".join(map(as_json, lines)).encode()


def as_json(line: Line | Ready) -> str:
    """One line of JSON, with its end."""
    try:
        return f"{_encode(line).decode()}\n"
    except UnicodeEncodeError:  # lone surrogates
        line = line.whole() if isinstance(line, Ready) else line
        return f"{json.encode({key: str(value) for key, value in line.items()}).decode()}\n"


def human(*, color: bool, traces: bool = False) -> Callable[[Line], str]:
    """What makes a line for people: time of day, level, request, words, the rest as ``name=value``."""

    def told(line: Line) -> str:
        level = str(line.get("level", "info"))
        name = f"\x1b[{_COLORS.get(level, '0')}m{level.upper():5}\x1b[0m" if color else f"{level.upper():5}"
        head = (_clock(str(line.get("time", ""))), name, line.get("reqId"), line.get("msg", ""))
        rest = ((key, value) for key, value in line.items() if key not in _FIRST and value != "")
        more = " ".join(f"{key}={_short(value)}" for key, value in rest)
        more = f"\x1b[90m{more}\x1b[0m" if color and more else more
        text = " ".join(str(part) for part in (*head, more) if part)
        return f"{text}\n{line['trace']}\n" if traces and line.get("trace") else f"{text}\n"

    return told


def _clock(iso: str) -> str:
    try:
        at = datetime.fromisoformat(iso).timestamp()
    except ValueError:
        return iso
    return time.strftime("%H:%M:%S", time.localtime(at)) + f".{int(at % 1 * 1000):03}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.encode(value).decode()
    return f'"{text}"' if isinstance(value, str) and " " in value else text
