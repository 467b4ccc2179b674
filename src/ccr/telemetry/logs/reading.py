"""Reads the log files: which there are, and the lines of them that are wanted. For the API and `ccr logs`."""

from __future__ import annotations

import gzip
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from ccr.config.logs import span
from ccr.telemetry.logs.lines import LEVELS

_LOG = re.compile(r".+\.(?:log(?:\.gz)?|out)")

LONGEST = 1_000_000
"""Bytes of a line that are shown at most."""


class Found(NamedTuple):
    """A log file. ``changed`` in seconds since 1970."""

    path: Path
    size: int
    changed: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines; all that is given must hold."""

    level: str = "trace"
    since: float = 0.0
    """Seconds since 1970."""

    request: str = ""
    search: str = ""
    """A text in the line, upper and lower case alike."""


class _Head(msgspec.Struct):
    """What a line is chosen by."""

    time: str = ""
    level: str = "info"
    reqId: str = ""  # noqa: N815 - as it stands in the line


_head = msgspec.json.Decoder(_Head)


def files_in(folder: Path) -> list[Found]:
    """The log files of a folder, the newest first. Links are none: they may lead out."""
    try:
        paths = [path for path in folder.iterdir() if _LOG.fullmatch(path.name) and not path.is_symlink()]
    except OSError:
        return []
    found = [one for path in paths if (one := _found(path)) is not None]
    return sorted(found, key=lambda one: (one.changed, one.path.name), reverse=True)


def inside(folder: Path, name: str) -> Path | None:
    """The log file of that name, or of that whole path; None for whatever is no log of this folder."""
    path = Path(name)
    if path.is_absolute() and path.parent.resolve() == folder.resolve():
        name = path.name
    if not _LOG.fullmatch(name) or "/" in name or "\\" in name or "\0" in name:
        return None
    path = folder / name
    return path if path.is_file() and not path.is_symlink() else None


def lines_of(path: Path, wanted: Wanted) -> Iterator[str]:
    """The wanted lines of a file, packed or not, as they stand, in order. Empty ones are left out."""
    try:
        with opened(path) as file:
            while raw := file.readline(LONGEST):
                if line := chosen(raw, wanted):
                    yield line
    except (OSError, EOFError):  # removed meanwhile, or packed only by half
        return


def opened(path: Path) -> BinaryIO:
    """Raises ``OSError``."""
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def chosen(raw: bytes, wanted: Wanted) -> str:
    """The line when it is wanted, else ""."""
    line = raw.decode("utf-8", "replace").strip()
    if not line or (wanted.search and wanted.search.lower() not in line.lower()):
        return ""
    if wanted == _ALL:
        return line
    head = _head_of(raw)
    if LEVELS.get(head.level, LEVELS["info"]) < LEVELS[wanted.level]:
        return ""
    if wanted.request and wanted.request != head.reqId and wanted.request not in line:
        return ""
    return line if not wanted.since or at(head.time) >= wanted.since else ""


def last(folder: Path, wanted: Wanted, count: int) -> list[str]:
    """The last wanted lines of all logs of a folder, in the order of time."""
    kept: list[tuple[float, str]] = []
    for file in files_in(folder):
        if file.path.suffix == ".out" or file.changed < wanted.since:
            continue
        if len(kept) == count and file.changed < kept[0][0]:
            break  # all in it, and in the older ones, was earlier
        tail = deque(lines_of(file.path, wanted), count)
        kept = sorted([*kept, *((time_of(line), line) for line in tail)], key=lambda pair: pair[0])[-count:]
    return [line for _, line in kept]


def time_of(line: str) -> float:
    """When a line was written, in seconds since 1970; 0 where it does not say."""
    return at(_head_of(line.encode()).time)


def moment(text: str, now: float) -> float:
    """Seconds since 1970 of ``10m`` before now, or of an ISO time; "" is 0. Raises ``ValueError``."""
    if not text:
        return 0.0
    try:
        return now - span(text)
    except ValueError:
        if found := at(text):
            return found
    raise ValueError('should be a time such as "10m", "2h", "1d", or "2026-11-21T16:00"')


def at(iso: str) -> float:
    """Seconds since 1970 of a time as ISO writes it, by default in local time; 0 where it is none."""
    try:
        return datetime.fromisoformat(iso).timestamp()
    except ValueError:
        return 0.0


def _head_of(raw: bytes) -> _Head:
    try:
        return _head.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Head()


def _found(path: Path) -> Found | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return Found(path, stat.st_size, stat.st_mtime) if path.is_file() else None


_ALL = Wanted()
