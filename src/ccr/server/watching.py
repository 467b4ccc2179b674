"""Tells when files change: by the system's word where it gives one, else by looking each second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ccr.config.watched import PAUSE, Stamp, stamp

DEBOUNCE = 300
"""Milliseconds in which changes count as one: editors write, rename and touch."""

STEP = 100
"""Milliseconds without a change that end it; also how soon the watcher hears that it is to stop."""

LOOK = 5_000
"""Milliseconds after which one looks in any case: some file systems give no word."""


class Watcher:
    """Mutable state: which files are watched, and how they stood. ``changed`` is called in another thread.

    Their folders are watched: editors put a new file in the place of the old one, and so do those who mount
    configurations (there the file is a link through a link that moves).
    """

    def __init__(self, changed: Callable[[], object]) -> None:
        self._changed = changed
        self._stamps: dict[Path, Stamp] = {}
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def follow(self, files: Iterable[Path]) -> None:
        """Watches these files from now on, instead of others."""
        stamps = {file: stamp(file) for file in files}
        moved = _folders(stamps) != _folders(self._stamps)
        self._stamps = {file: self._stamps.get(file, now) for file, now in stamps.items()}
        if moved:
            self.close()
            self._over = threading.Event()
            self._thread = threading.Thread(
                target=self._watch, args=(self._over,), name="ccr-watch", daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """Stops watching, soon."""
        self._over.set()

    def _watch(self, over: threading.Event) -> None:
        for _ in self._hints(over):
            stamps = {file: stamp(file) for file in self._stamps}
            if stamps != self._stamps:
                self._stamps = stamps
                self._changed()

    def _hints(self, over: threading.Event) -> Iterator[object]:
        """Something when a file may have changed, until it is over."""
        import watchfiles

        try:
            yield from watchfiles.watch(
                *_folders(self._stamps),
                watch_filter=self._may_matter,
                debounce=DEBOUNCE,
                step=STEP,
                stop_event=over,
                rust_timeout=LOOK,
                yield_on_timeout=True,
                raise_interrupt=False,
                recursive=False,
            )
        except (OSError, RuntimeError):  # no folder, or the system has no watches left
            while not over.wait(PAUSE):
                yield None

    def _may_matter(self, _: object, path: str) -> bool:
        name = Path(path).name
        return name.startswith("..") or any(file.name == name for file in self._stamps)


def _folders(files: Iterable[Path]) -> set[Path]:
    return {file.parent for file in files}
