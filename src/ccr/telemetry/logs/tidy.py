"""Packs the log files that were put aside, and removes the old ones."""

from __future__ import annotations

import gzip
import logging
import os
import re
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path

from ccr.config.logs import Rotation
from ccr.telemetry.logs.files import PRIVATE, alone

SETTLE = 2.0
"""Seconds after which no process still writes to a file that was put aside."""

_SERVER = re.compile(r"ccr-\d{14}(?:_\d+)?\.log(?:\.gz)?")
_ASIDE = re.compile(r".*_\d+\.log")

log = logging.getLogger("ccr.log")


class Tidier:
    """Tidies in a thread of its own, when it is asked."""

    def __init__(self, active: list[Path], rotation: Rotation) -> None:
        self._active = active
        self._rotation = rotation
        self._wanted = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="ccr-log-tidy", daemon=True)
        self._thread.start()

    def ask(self) -> None:
        self._wanted.set()

    def close(self) -> None:
        """Leaves the rest to the next start."""
        self._over.set()
        self._wanted.set()
        self._thread.join(timeout=5)

    def _work(self) -> None:
        while not self._over.is_set():
            self._wanted.wait()
            if self._over.wait(SETTLE):
                return
            self._wanted.clear()
            try:
                for folder in {path.parent for path in self._active}:
                    tidy(folder, self._active, self._rotation)
            except OSError as error:
                log.warning("Old logs cannot be tidied: %s", error)


def tidy(folder: Path, active: list[Path], rotation: Rotation, now: float | None = None) -> None:
    """Packs and removes. ``active`` are the files that are written: they stay."""
    with alone(folder) as first:
        if not first:
            return
        for path in old_logs(folder, active):
            if rotation.compress and _ASIDE.fullmatch(path.name):
                pack(path)
        _prune(folder, active, rotation, time.time() if now is None else now)


def old_logs(folder: Path, active: list[Path]) -> list[Path]:
    """The router's logs that are not written now, the newest first."""
    stems = [re.escape(path.stem) for path in active if path.parent == folder]
    ours = re.compile(rf"(?:{'|'.join(stems) or '(?!)'})_\d+\.log(?:\.gz)?")
    found = [
        path
        for path in folder.iterdir()
        if path not in active and (_SERVER.fullmatch(path.name) or ours.fullmatch(path.name))
    ]
    return sorted((path for path in found if _is_file(path)), key=_changed, reverse=True)


def pack(path: Path) -> None:
    """Replaces a file by its ``.gz``, of the same time. What a crash leaves half done is done anew."""
    part, packed = path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.gz")
    at = path.stat()
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with (
        path.open("rb") as source,
        os.fdopen(descriptor, "wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, 0) as target,
    ):
        shutil.copyfileobj(source, target, 1 << 20)
    os.utime(part, (at.st_atime, at.st_mtime))
    part.replace(packed)
    path.unlink()


def _prune(folder: Path, active: list[Path], rotation: Rotation, now: float) -> None:
    kept = {True: 0, False: 0}
    for path in old_logs(folder, active):
        server = _SERVER.fullmatch(path.name) is not None
        kept[server] += 1
        if kept[server] > rotation.files or now - _changed(path) > rotation.days * 86_400:
            with suppress(OSError):
                path.unlink()


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # somebody else was quicker
        return 0.0
