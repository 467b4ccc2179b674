"""Both databases: what a test says of one it says of the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ccr.telemetry.ledger.database import Database, PostgreSQL, SQLite
from ccr.telemetry.ledger.keeper import Ledger
from tests.telemetry.ledger.records import ALL


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database of each kind; PostgreSQL where it is installed."""
    if request.param == "sqlite":
        return SQLite(tmp_path / "folder" / "ccr.db")
    return PostgreSQL(request.getfixturevalue("postgres_url"))


@pytest.fixture
def ledger(database: Database) -> Iterator[Ledger]:
    made = Ledger(database, ALL)
    yield made
    made.close()
