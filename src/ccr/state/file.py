"""Facts that outlive the process: a small file, written whole, a moment after something changed."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from ccr.config import Settings
from ccr.state.facts import LocalFacts

log = logging.getLogger("ccr.state")

PAUSE = 1.0
"""Seconds between a change and its writing, in which others may join it."""


class Kept(msgspec.Struct):
    """A fact on disk."""

    value: bytes
    until: float
    """Seconds since 1970: it goes on expiring while nothing runs."""


class Kepts(msgspec.Struct):
    facts: dict[str, Kept]
    version: int = 1


def path_of(settings: Settings) -> Path:
    """Beside the configuration, one for each port, as the service's record is."""
    return settings.path.parent / "services" / f"{settings.port}.state.json"


class FactsFile:
    """Reads facts once and writes them when told of changes. ``now`` gives seconds since 1970."""

    def __init__(self, path: Path, facts: LocalFacts, now: Callable[[], float] = time.time) -> None:
        self.path = path
        self._facts = facts
        self._now = now
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    async def load(self) -> None:
        """What the file holds and has not expired. One that cannot be read counts as empty."""
        try:
            data = await asyncio.to_thread(self.path.read_bytes)
            kept = msgspec.json.decode(data, type=Kepts)
        except FileNotFoundError:
            return
        except (OSError, msgspec.DecodeError) as error:
            log.warning(
                "what was known of keys and sessions is lost: %s cannot be read (%s)", self.path, error
            )
            return
        now = self._now()
        for name, fact in kept.facts.items():
            self._facts.put(name, fact.value, fact.until - now)

    def changed(self) -> None:
        """Something was put or dropped: it is written soon."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PAUSE, self._begin)

    async def close(self) -> None:
        """Write what is not written yet."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        if self._writing is not None:
            await self._writing
        if timer is not None:
            await self._write()

    def _begin(self) -> None:
        self._timer = None
        if self._writing is not None and not self._writing.done():
            self.changed()  # one writer at a time
        else:
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        try:
            await asyncio.to_thread(_replace, self.path, self._facts.live(), self._now())
        except OSError as error:
            log.warning("what is known of keys and sessions is not kept: %s", error)


def _replace(path: Path, facts: Iterable[tuple[str, bytes, float]], now: float) -> None:
    """The file whole or not at all, readable by its user only."""
    kept = Kepts({name: Kept(value, now + left) for name, value, left in facts})
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # its mode is 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(kept))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
