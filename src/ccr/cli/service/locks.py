"""File locks. The system takes them back when their holder dies: one that is held proves a living process."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from ccr.cli.terminal import fail

STEP = 0.02
"""Seconds between two tries."""


class Lock:
    """An exclusive lock on a file, which is made when it is missing and never removed."""

    def __init__(self, path: Path, patience: float = 60.0) -> None:
        """``patience``: seconds that ``with`` waits for it."""
        self.path = path
        self._patience = patience
        self._handle: int | None = None

    def take(self, patience: float = 0.0) -> bool:
        """Whether the lock could be taken within so many seconds. Raises ``OSError`` if it may not write."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + patience
        while not _try(handle):
            if time.monotonic() >= deadline:
                os.close(handle)
                return False
            time.sleep(STEP)
        self._handle = handle
        return True

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        if not self.take(self._patience):
            fail(f"Another ccr has held {self.path} for {self._patience:.0f} seconds. End it, and try again.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock."""
    with unheld(path) as free:
        return not free


@contextmanager
def unheld(path: Path) -> Iterator[bool]:
    """Whether nobody holds the lock; then nobody gets it meanwhile, but others may ask the same."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        yield True
        return
    try:
        yield _try(handle, shared=True)
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _try(handle: int, *, shared: bool = False) -> bool:  # noqa: ARG001  # Windows has no shared form here
        # Far behind the end of the file: nobody else can read a locked byte here.
        os.lseek(handle, 1 << 30, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(handle: int, *, shared: bool = False) -> bool:
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
