"""Takes records and never waits: a thread writes them, and when it cannot, they are counted instead."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ccr.telemetry.ledger.recent import Recent, Refused
from ccr.telemetry.ledger.retention import DAY, Retention
from ccr.telemetry.record import Record

if TYPE_CHECKING:
    from ccr.config import Settings
    from ccr.telemetry.ledger.database import Database
    from ccr.telemetry.ledger.writer import Writer

PAUSE = 0.5
"""Seconds between two batches: what a crash may cost."""

LONGEST_PAUSE = 30.0
"""Seconds between two tries while the database cannot be written."""

BATCH = 1_000
BACKLOG = 10_000
"""Records that wait at most; some 2 KB each."""

logger = logging.getLogger("ccr.ledger")


@dataclass(slots=True)
class Lost:
    """What was not written: the figures are kept, the rows are not."""

    requests: int = 0
    input: int = 0
    output: int = 0
    cost: float = 0.0
    """US dollars, as far as prices were known."""

    def add(self, record: Record) -> None:
        self.requests += 1
        self.input += record.input or 0
        self.output += record.output or 0
        self.cost += record.cost or 0.0


@dataclass(slots=True)
class State:
    """How the writing goes."""

    written: int = 0
    lost: Lost = field(default_factory=Lost)
    problem: str = ""
    since: float = 0.0
    """When the problem began, in seconds since 1970."""


class Ledger:
    """The ledger of one process. ``add`` may be called from any thread.

    ``recent`` gets every record too, also where nothing is written.
    """

    def __init__(self, database: Database | None, retention: Retention) -> None:
        """``database`` None: nothing is written."""
        self.database = database
        self.recent = Recent()
        self.feed: Callable[[], object] = lambda: None
        """Hands over what waits elsewhere, such as ``Meter.flush``."""

        self._retention = retention
        self._state = State()
        self._waiting: deque[Record] = deque()
        self._batch: list[Record] = []
        self._flushes: deque[threading.Event] = deque()
        self._come = threading.Event()
        self._now = threading.Event()
        self._over = threading.Event()
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, record: Record) -> None:
        """Takes a record; what does not fit any more is counted."""
        self.recent.add(record)
        if self.database is None or self._over.is_set():
            return
        if len(self._waiting) >= BACKLOG:
            self._state.lost.add(record)
            return
        self._waiting.append(record)
        if not self._come.is_set():
            self._wake()

    def take(self, records: Sequence[Record], refusals: Sequence[Refused] = ()) -> None:
        """As a sink of the meter: a batch, to be written at once, and requests that never got a row."""
        for refused in refusals:
            self.recent.refused(refused)
        for record in records:
            self.add(record)
        if not self._state.problem:  # else the next try waits for its time
            self._now.set()

    def flush(self, timeout: float = 2.0) -> bool:
        """Writes what has come so far, in the ledger's thread. False: it could not, or not in time."""
        self.feed()
        if self._thread is None or not self._thread.is_alive():
            return not self._waiting
        done = threading.Event()
        self._flushes.append(done)
        self._now.set()
        self._come.set()
        return done.wait(timeout) and not self._state.problem

    def close(self, timeout: float = 5.0) -> None:
        """Writes what is left, as far as that is possible in time. ``recent`` ends its feeds."""
        self.recent.close()
        self._over.set()
        self._now.set()
        self._come.set()
        if self._thread is not None:
            self._thread.join(timeout)
        if left := len(self._waiting) + len(self._batch):
            logger.warning("%d requests were not written to the ledger", left)

    def health(self) -> dict[str, Any]:
        """``{"state", "database", "written", "waiting", "lost": {…}, "problem", "since"}``.

        ``state`` is ``ok``, ``off``, or ``degraded``: requests are counted, and rows wait or get lost.
        """
        if self.database is None:
            return {"state": "off"}
        state = self._state
        return {
            "state": "degraded" if state.problem else "ok",
            "database": str(self.database),
            "written": state.written,
            "waiting": len(self._waiting) + len(self._batch),
            "lost": asdict(state.lost),
            "problem": state.problem or None,
            "since": state.since if state.problem else None,
        }

    def _wake(self) -> None:
        """The thread begins with the first record: a router that does nothing has none."""
        self._come.set()
        with self._beginning:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="ccr-ledger", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        from ccr.telemetry.ledger.writer import Writer

        assert self.database is not None
        writer = Writer(self.database, self._retention)
        pause = PAUSE
        over = False
        while not over:
            self._come.wait()
            self._now.wait(pause)
            over = self._over.is_set()
            pause = PAUSE if self._round(writer) else min(pause * 2, LONGEST_PAUSE)
        writer.close()

    def _round(self, writer: Writer) -> bool:
        """Writes all that waits. False: it cannot be written now."""
        self._now.clear()
        self._come.clear()
        flushes = [self._flushes.popleft() for _ in range(len(self._flushes))]
        written = True
        while written and (self._batch or self._waiting):
            written = self._write(writer)
        if not written:
            self._come.set()
        for done in flushes:
            done.set()
        return written

    def _write(self, writer: Writer) -> bool:
        if not self._batch:
            self._batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        try:
            refused = writer.write(self._batch)
        except Exception as error:  # noqa: BLE001  # whatever a disk or a driver may raise: no request fails of it
            self._failed(error)
            return False
        self._wrote(len(self._batch) - len(refused))
        for record in refused:
            self._state.lost.add(record)
        self._batch = []
        return True

    def _wrote(self, count: int) -> None:
        self._state.written += count
        if self._state.problem:
            self._state.problem = ""
            logger.warning("the ledger is written again (%d requests lost)", self._state.lost.requests)

    def _failed(self, error: Exception) -> None:
        said = f"{self.database}: {str(error).strip() or type(error).__name__}"
        if not self._state.problem:
            self._state.since = time.time()
            logger.warning("the ledger cannot be written, requests are only counted: %s", said)
        self._state.problem = said


def ledger_of(settings: Settings) -> Ledger:
    """The ledger of a configuration; nothing is opened before the first record."""
    from ccr.telemetry.ledger.database import database_of

    plan = settings.ledger
    retention = Retention(plan.retentionDays * DAY, plan.maxMB * 1e6)
    return Ledger(database_of(settings) if plan.enabled else None, retention)
