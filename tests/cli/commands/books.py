"""A machine whose ledger holds what a test puts into it."""

from __future__ import annotations

from pathlib import Path

from ccr.telemetry.ledger.database import Database, SQLite
from ccr.telemetry.ledger.keeper import Ledger
from ccr.telemetry.record import Record
from tests.telemetry.ledger.records import ALL


def write(where: Path | Database, *records: Record) -> None:
    """Into a database, or that of a home."""
    file = where / ".claude-code-router" / "ccr.db" if isinstance(where, Path) else None
    ledger = Ledger(SQLite(file) if file else where, ALL)  # type: ignore[arg-type]
    for record in records:
        ledger.add(record)
    ledger.close(30)
