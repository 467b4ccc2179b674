"""Figures of several workers: each writes its own into a folder, and whoever is scraped adds them up.

One file a worker's place in the row. A worker that takes a dead one's place goes on from its counts.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from ccr.telemetry.metrics import Counts, Metrics

EVERY = 2.0
"""Seconds between two writings."""


class Snapshot(msgspec.Struct):
    """What a worker wrote last."""

    pid: int
    counts: Counts
    gauges: Counts


class Alone:
    """The figures of a process that has no fellows."""

    def __init__(self, metrics: Metrics | None = None) -> None:
        self.metrics = metrics or Metrics()

    def start(self) -> None:
        """There is nobody to tell."""

    def total(self) -> Counts:
        """Everything, as it is now."""
        # A copy in one step of C: the meter's thread cannot count in the midst of it.
        whole = msgspec.msgpack.decode(msgspec.msgpack.encode(self.metrics.counts), type=Counts)
        whole.merge(self.metrics.gauges())
        return whole

    def close(self) -> None:
        """Nor is there anything to clear away."""


class Shared(Alone):
    """Those of the worker at ``place``, and of all others whose files are in ``folder``."""

    def __init__(self, folder: Path, place: int) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._file = folder, folder / f"{place}.msgpack"
        before = _read(self._file)
        super().__init__(Metrics(before.counts if before is not None else None))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ccr-metrics", daemon=True)

    def start(self) -> None:
        """Begins to write."""
        self._thread.start()

    def total(self) -> Counts:
        whole = super().total()
        for snapshot in self._others():
            whole.merge(snapshot.counts)
            if _lives(snapshot.pid):
                whole.merge(snapshot.gauges)
        return whole

    def write(self) -> None:
        """The figures of now, in one step: who reads meanwhile reads those of before."""
        snapshot = Snapshot(os.getpid(), self.metrics.counts, self.metrics.gauges())
        draft = self._file.with_suffix(".new")
        draft.write_bytes(msgspec.msgpack.encode(snapshot))
        draft.replace(self._file)

    def close(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        with suppress(OSError):
            self.write()

    def _run(self) -> None:
        while not self._over.wait(EVERY):
            with suppress(OSError, RuntimeError):  # a full disk; figures that grow while they are written
                self.write()

    def _others(self) -> Iterator[Snapshot]:
        for path in sorted(self._folder.glob("*.msgpack")):
            if path != self._file and (found := _read(path)) is not None:
                yield found


def figures(home: Path) -> Alone:
    """Those of this process: shared where it is a worker, whose fellows have the same parent.

    ``home`` is the configuration's folder.
    """
    place = os.environ.get("CCR_WORKER", "")
    if not place.isdecimal():
        return Alone()
    folder = home / "run"
    _forget_the_dead(folder)
    return Shared(folder / f"metrics-{os.getppid()}", int(place))


def _forget_the_dead(folder: Path) -> None:
    """Removes what services that are over have left."""
    for path in folder.glob("metrics-*"):
        pid = path.name.rpartition("-")[2]
        if pid.isdecimal() and not _lives(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def _read(path: Path) -> Snapshot | None:
    """None: there is none yet, or it is another version's."""
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Snapshot)
    except (OSError, msgspec.MsgspecError):
        return None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
