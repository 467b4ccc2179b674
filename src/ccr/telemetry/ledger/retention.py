"""Takes out what is too old or too much: looked at seldom, deleted a little at a time."""

from __future__ import annotations

import logging
from typing import NamedTuple

from ccr.telemetry.ledger.columns import MICRO
from ccr.telemetry.ledger.database import Connection, Database

logger = logging.getLogger("ccr.ledger")

EVERY = 3600.0
"""Seconds between two looks."""

PIECE = 2_000
"""Rows deleted at once: others that write wait no longer than for these."""

SPARE = 0.9
"""Of the largest size, what is left when it was reached."""

DAY = 86_400.0

COUNT = "SELECT COUNT(*) FROM ccr_requests"
NTH = "SELECT at_us FROM ccr_requests ORDER BY at_us LIMIT 1 OFFSET {}"
LAST_OF_PIECE = "SELECT at_us FROM ccr_requests WHERE at_us < {} ORDER BY at_us LIMIT 1 OFFSET {}"
DELETE = "DELETE FROM ccr_requests WHERE at_us <= {}"


class Retention(NamedTuple):
    """How long rows are kept (seconds), and how many (bytes)."""

    seconds: float
    size: float


class Pruning:
    """What is being deleted. ``step`` is called after each batch."""

    def __init__(self, database: Database, retention: Retention) -> None:
        self._database = database
        self._retention = retention
        self._next = 0.0
        self._before: int | None = None
        """Rows before this moment, in microseconds, are to go."""

    def step(self, connection: Connection, now: float) -> None:
        """``now`` in seconds since 1970. What fails is logged, and tried again at the next look."""
        try:
            self._step(connection, now)
        except Exception as error:  # noqa: BLE001 - what was written is written
            self._before = None
            logger.warning("old rows of the ledger could not be deleted: %s", str(error).strip())

    def _step(self, connection: Connection, now: float) -> None:
        if self._before is None:
            if now < self._next:
                return
            self._next = now + EVERY
            self._before = self._cutoff(connection, now)
        last = connection.execute(LAST_OF_PIECE.format(self._before, PIECE - 1)).fetchone()
        if connection.execute(DELETE.format(last[0] if last else self._before - 1)).rowcount:
            self._database.shrink(connection)
        if last is None:
            self._before = None

    def _cutoff(self, connection: Connection, now: float) -> int:
        old = round((now - self._retention.seconds) * MICRO)
        size = float(connection.execute(self._database.size).fetchone()[0])
        if size <= self._retention.size:
            return old
        rows = int(connection.execute(COUNT).fetchone()[0])
        excess = int(rows * (1 - SPARE * self._retention.size / size))
        found = connection.execute(NTH.format(excess)).fetchone()
        return max(old, int(found[0])) if found else old
