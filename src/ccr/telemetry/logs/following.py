"""Follows the logs as they are written, across files that are put aside and new ones."""

from __future__ import annotations

import os
from pathlib import Path

from ccr.telemetry.logs.reading import LONGEST, Wanted, chosen, files_in, time_of


class Follower:
    """Begins at the end of what there is; ``poll`` gives what has come since, and never waits."""

    def __init__(self, folder: Path, wanted: Wanted, only: Path | None = None) -> None:
        """``only``: follow this file alone, else all logs of the folder."""
        self._folder, self._wanted, self._only = folder, wanted, only
        self._tails: dict[int, _Tail] = {}
        self._look(from_end=True)

    def poll(self) -> list[str]:
        """Whole lines that have come, by time."""
        self._look(from_end=False)
        raw = [line for tail in self._tails.values() for line in tail.read()]
        for number in [number for number, tail in self._tails.items() if tail.gone()]:
            self._tails.pop(number).close()
        return sorted((line for one in raw if (line := chosen(one[:LONGEST], self._wanted))), key=time_of)

    def close(self) -> None:
        for tail in self._tails.values():
            tail.close()
        self._tails.clear()

    def _look(self, *, from_end: bool) -> None:
        """Opens the files that are new, by their number on the disk: one put aside is still the same."""
        for path in self._paths():
            try:
                if path.stat().st_ino in self._tails:
                    continue
                tail = _Tail(path, from_end=from_end)
            except OSError:
                continue
            if tail.number in self._tails:  # another file has got the name just now, and is followed already
                tail.close()
            else:
                self._tails[tail.number] = tail

    def _paths(self) -> list[Path]:
        if self._only is not None:
            return [self._only]
        return [one.path for one in files_in(self._folder) if one.path.suffix == ".log"]


class _Tail:
    """The end of one file."""

    def __init__(self, path: Path, *, from_end: bool) -> None:
        """Raises ``OSError``."""
        self._file = path.open("rb")
        self.number = os.fstat(self._file.fileno()).st_ino
        self._at = self._file.seek(0, os.SEEK_END) if from_end else 0
        self._part = b""

    def read(self) -> list[bytes]:
        if self._file.seek(0, os.SEEK_END) < self._at:  # it was emptied
            self._at, self._part = 0, b""
        self._file.seek(self._at)
        data = self._part + self._file.read()
        self._at = self._file.tell()
        *whole, self._part = data.split(b"\n")
        return whole

    def gone(self) -> bool:
        """Whether the file has been removed, which happens after it was packed."""
        return os.fstat(self._file.fileno()).st_nlink == 0

    def close(self) -> None:
        self._file.close()
