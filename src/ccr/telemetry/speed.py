"""Tokens a second and the time to the first token, by session: in memory, and in files for the status line.

The original's reporter writes ``<tmp>/claude-code-router/session-<session>.json``, and status lines read it
there without asking the service: ``{"tokensPerSecond", "timeToFirstToken", "timestamp"}``, milliseconds.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from ccr.telemetry.meter import Refusal
from ccr.telemetry.record import Record

SESSIONS = 1_000
"""Sessions that are remembered, and as many files."""

FILES = 20
"""Files that are written for one batch at most: a status line is of somebody at this machine."""

SIZE = 1024
"""Bytes of a file: its JSON, and spaces behind it."""

_SESSION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


class Speed(msgspec.Struct, frozen=True, rename="camel", omit_defaults=False):
    """Of the answer that a session got last."""

    session_id: str
    tokens_per_second: int
    time_to_first_token: int
    """Milliseconds."""

    timestamp: int
    """When it ended, milliseconds since 1970."""

    output_tokens: int
    model: str
    """``provider,model``"""


class Speeds:
    """A sink of the meter. ``folder`` None: no files are written."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._speeds: OrderedDict[str, Speed] = OrderedDict()

    def of(self, session: str) -> Speed | None:
        """The last speed of a session, also where another worker has it; None: nothing is known of it."""
        if (known := self._speeds.get(session)) is not None or self._folder is None:
            return known
        if not _SESSION.fullmatch(session):
            return None
        try:
            return msgspec.json.decode(self._path(self._folder, session).read_bytes(), type=Speed)
        except (OSError, msgspec.MsgspecError):
            return None

    def take(self, records: Sequence[Record], refusals: Sequence[Refusal]) -> None:  # noqa: ARG002
        """Measures a batch; only the last answer of each session is written."""
        last = {record.session: record for record in records if record.session and record.output}
        speeds = [speed for record in last.values() if (speed := speed_of(record)) is not None]
        for speed in speeds:
            self._speeds[speed.session_id] = speed
            self._speeds.move_to_end(speed.session_id)
        if self._folder is not None and speeds:
            self._write(self._folder, speeds[-FILES:])
        while len(self._speeds) > SESSIONS:
            self._remove(self._speeds.popitem(last=False)[0])

    def close(self) -> None:
        """Files of this process say nothing any more."""
        for session in self._speeds:
            self._remove(session)

    def _write(self, folder: Path, speeds: Sequence[Speed]) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(folder):
            return
        for speed in speeds:
            if _SESSION.fullmatch(speed.session_id):
                _put(self._path(folder, speed.session_id), msgspec.json.encode(speed))

    def _remove(self, session: str) -> None:
        if self._folder is not None and _SESSION.fullmatch(session):
            with suppress(OSError):
                self._path(self._folder, session).unlink()

    @staticmethod
    def _path(folder: Path, session: str) -> Path:
        return folder / f"session-{session}.json"


def speed_of(record: Record) -> Speed | None:
    """How fast an answer came: its tokens over the time from the first of them to the last."""
    if not record.session or not record.output or record.first_ms is None:
        return None
    flowing = record.took_ms - record.first_ms if record.flow_ms is None else record.flow_ms
    seconds = (flowing if flowing >= 1 else record.took_ms) / 1000
    if seconds <= 0:
        return None
    return Speed(
        session_id=record.session,
        tokens_per_second=round(record.output / seconds),
        time_to_first_token=round(record.first_ms),
        timestamp=round((record.at * 1000) + record.took_ms) or round(time.time() * 1000),
        output_tokens=record.output,
        model=f"{record.provider},{record.model}"[:100],
    )


def _put(path: Path, data: bytes) -> None:
    """In one writing of always the same length, so that who reads meanwhile reads the old or the new."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        os.write(handle, data.ljust(SIZE)[:SIZE])
        os.ftruncate(handle, SIZE)
    finally:
        os.close(handle)


def _is_ours(folder: Path) -> bool:
    """Whoever made a folder of this name where all may write could lead our files elsewhere."""
    found = folder.lstat()
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not stat.S_ISLNK(found.st_mode))


def folder() -> Path:
    """Where the original's status lines look."""
    return Path(tempfile.gettempdir()) / "claude-code-router"
