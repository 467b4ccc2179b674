"""The state of one process, with facts that may outlive it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ccr.state.buckets import LocalBuckets, Share
from ccr.state.contract import Health, Want
from ccr.state.facts import LocalFacts
from ccr.state.file import FactsFile


class Memory:
    """A ``State`` that nobody shares. ``clock`` gives seconds; without ``path`` nothing outlives us."""

    def __init__(self, path: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.facts = LocalFacts(clock)
        self.buckets = LocalBuckets(clock)
        self._file = FactsFile(path, self.facts) if path is not None else None
        self.get = self.facts.get

    def put(self, name: str, value: bytes, seconds: float) -> None:
        self.facts.put(name, value, seconds)
        self._changed()

    def drop(self, name: str) -> None:
        if self.facts.get(name) is not None:
            self.facts.drop(name)
            self._changed()

    async def take(self, wants: Sequence[Want]) -> Share:
        return self.buckets.take_now(wants)

    def wait(self, wants: Sequence[Want]) -> float:
        return self.buckets.wait(wants)

    async def start(self) -> None:
        if self._file is not None:
            await self._file.load()

    async def close(self) -> None:
        if self._file is not None:
            await self._file.close()

    def health(self) -> Health:
        return Health("memory", shared=False)

    def _changed(self) -> None:
        if self._file is not None:
            self._file.changed()
