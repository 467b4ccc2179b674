"""Dated copies in ``.backups/`` beside the file, the oldest of which go when there are too many."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from ccr.config.saving import files

FOLDER = ".backups"
KEPT = 20
"""How many there are at most; ``BACKUPS`` in the configuration says otherwise."""

_MOMENT = timedelta(milliseconds=1)
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z")


class NoBackup(LookupError):
    """There is no backup of that name; the message is for the user."""


class Backup(NamedTuple):
    """One copy. ``name`` is that of its file; ``time`` in ISO 8601, UTC."""

    name: str
    path: Path
    time: str
    size: int


def now() -> datetime:
    return datetime.now(UTC)


def make(path: Path, kept: int = KEPT, clock: Callable[[], datetime] = now) -> Backup | None:
    """Copies the file, byte for byte; None when there is none. ``kept`` at least is 1."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    place = folder(path)
    place.mkdir(mode=0o700, exist_ok=True)
    target = place / f"{path.stem}.{_stamp(clock(), path)}{path.suffix}"
    target.touch(files.PRIVATE)
    target.write_bytes(data)
    for old in listed(path)[max(kept, 1) :]:
        old.path.unlink(missing_ok=True)
    return _backup(target)


def listed(path: Path) -> list[Backup]:
    """All backups of a file, the newest first."""
    found = [_backup(one) for one in folder(path).glob("*") if _is_of(one, path)]
    return sorted(found, key=lambda backup: backup.name, reverse=True)


def find(path: Path, name: str) -> Backup:
    """The backup of that name, or the newest whose time begins so (``2026-01-04``); "" is the newest of all.

    Raises ``NoBackup``.
    """
    known = listed(path)
    for backup in known:
        if name in ("", backup.name) or backup.name.startswith(f"{path.stem}.{name}"):
            return backup
    which = f'There is no backup "{name}".' if known else "There are no backups."
    raise NoBackup(f"{which} `ccr config list` shows what there is.")


def folder(path: Path) -> Path:
    """Where the copies of a file are."""
    return path.parent / FOLDER


def _is_of(file: Path, path: Path) -> bool:
    begin, end = f"{path.stem}.", path.suffix
    stamp = file.name.removeprefix(begin).removesuffix(end)
    return file.name.startswith(begin) and file.name.endswith(end) and _STAMP.fullmatch(stamp) is not None


def _stamp(time: datetime, path: Path) -> str:
    """The time, but later than the newest backup's: names are in order although clocks may go back."""
    newest = next((_time(one.name) for one in listed(path)), time - _MOMENT)
    time = max(time, newest + _MOMENT)
    return time.strftime("%Y-%m-%dT%H-%M-%S-") + f"{time.microsecond // 1000:03}Z"


def _time(name: str) -> datetime:
    """When the backup of that name was made."""
    match = _STAMP.search(name)
    assert match is not None
    return datetime.strptime(f"{match[0][:-1]}000", "%Y-%m-%dT%H-%M-%S-%f").replace(tzinfo=UTC)


def _backup(path: Path) -> Backup:
    time = _time(path.name).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Backup(path.name, path, time, path.stat().st_size)
