"""Notices that a file has changed, without asking the disk each time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

PAUSE = 1.0
"""Seconds between two looks at the disk."""

Stamp = tuple[int, int] | None
"""When a file was written and how long it is; None: it is not there."""


class Watched:
    """One file. ``clock`` gives seconds."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._clock = clock
        self._next = clock() + PAUSE
        self._stamp = stamp(path)

    def changed(self) -> bool:
        """Whether the file is another than when this last said so."""
        if (now := self._clock()) < self._next:
            return False
        self._next = now + PAUSE
        before, self._stamp = self._stamp, stamp(self.path)
        return self._stamp != before


def stamp(path: Path) -> Stamp:
    """The state of a file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - half the time of Path.stat, on the event loop
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
