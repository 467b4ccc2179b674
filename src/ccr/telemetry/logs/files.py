"""A log file that several processes write: appended in whole batches, put aside by one of them."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ccr.config.logs import Rotation

try:
    import fcntl
except ImportError:  # Windows, where one process writes
    fcntl = None  # type: ignore[assignment]

PRIVATE = 0o600
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class LogFile:
    """Raises ``OSError`` where it cannot be opened or written; the next batch then tries anew."""

    def __init__(self, path: Path, rotation: Rotation, aside: Callable[[], None]) -> None:
        """``aside`` is told that a file has been put aside."""
        self.path = path
        self._rotation = rotation
        self._aside = aside
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file: int | None = os.open(path, _FLAGS, PRIVATE)

    def append(self, data: bytes) -> None:
        """Writes whole lines; where the file has become too large or too old, into a new one."""
        file = self._current()
        if self._due(os.fstat(file), len(data)):
            self._rotate(len(data))
            file = self._current()
        while data:
            data = data[os.write(file, data) :]

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _current(self) -> int:
        """The open file, unless another process has put it aside, or somebody has removed it."""
        if self._file is not None:
            with suppress(OSError):
                mine, there = os.fstat(self._file), self.path.stat()
                if (mine.st_ino, mine.st_dev) == (there.st_ino, there.st_dev):
                    return self._file
            self.close()
        self._file = os.open(self.path, _FLAGS, PRIVATE)
        return self._file

    def _due(self, file: os.stat_result, more: int) -> bool:
        rotation = self._rotation
        if not rotation.enabled or not stat.S_ISREG(file.st_mode) or not file.st_size:
            return False
        return file.st_size + more > rotation.size or (
            period(file.st_mtime, rotation.seconds) != period(time.time(), rotation.seconds)
        )

    def _rotate(self, more: int) -> None:
        with alone(self.path.parent) as first:
            if first and self._due(os.fstat(self._current()), more):
                self.close()
                with suppress(OSError):  # Windows, while somebody reads it: it grows until they have done
                    self.path.rename(next_name(self.path))
                    self._aside()


def period(at: float, seconds: float) -> int:
    """The number of the span of time in which a moment lies, counted in local time."""
    return int((at + time.localtime(at).tm_gmtoff) // seconds)


def next_name(path: Path) -> Path:
    """``ccr-1_3.log`` where ``ccr-1_2.log`` or ``ccr-1_2.log.gz`` is the latest that was put aside."""
    numbers = [number for number, _ in put_aside(path)]
    return path.with_name(f"{path.stem}_{max(numbers, default=0) + 1}{path.suffix}")


def put_aside(path: Path) -> list[tuple[int, Path]]:
    """The files that were put aside for this one, by number."""
    name = re.compile(rf"{re.escape(path.stem)}_(\d+){re.escape(path.suffix)}(?:\.gz)?")
    found = ((name.fullmatch(other.name), other) for other in path.parent.iterdir())
    return sorted((int(match[1]), other) for match, other in found if match)


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else is putting files of the folder aside, or tidying it, just now."""
    if fcntl is None:
        yield True
        return
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
