"""What is too old goes, then what is too much, oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from ccr.telemetry.ledger import retention
from ccr.telemetry.ledger.database import Connection, Database
from ccr.telemetry.ledger.retention import EVERY, PIECE, Pruning, Retention
from ccr.telemetry.ledger.writer import Writer
from tests.telemetry.ledger import records
from tests.telemetry.ledger.records import NOON, record

MUCH = 1e12


@contextmanager
def filled(database: Database, count: int, **given: object) -> Iterator[Connection]:
    writer = Writer(database, records.ALL)
    writer.write([record(number, **given) for number in range(count)])
    writer.close()
    with closing(database.open(create=False)) as connection:
        yield connection


def test_old_rows_go(database: Database) -> None:
    with filled(database, 100) as connection:
        Pruning(database, Retention(60, MUCH)).step(connection, NOON + 100)
        assert records.ids(database) == [record(number).id for number in range(40, 100)]


def test_the_oldest_go_when_it_is_too_much(database: Database) -> None:
    with filled(database, 1000, message="x" * 1000) as connection:
        size = float(connection.execute(database.size).fetchone()[0])
        Pruning(database, Retention(MUCH, size / 2)).step(connection, NOON)
        left = records.ids(database)
        assert 400 < len(left) < 500
        assert left[-1] == record(999).id
        assert float(connection.execute(database.size).fetchone()[0]) <= size / 2


def test_many_go_a_piece_at_a_time(database: Database) -> None:
    with filled(database, PIECE + 10) as connection:
        pruning = Pruning(database, Retention(1, MUCH))
        pruning.step(connection, NOON + 1e6)
        assert len(records.ids(database)) == 10
        pruning.step(connection, NOON + 1e6)
        assert records.ids(database) == []


def test_what_cannot_be_deleted_fails_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "DELETE", "NONSENSE {}")
    with filled(database, 1) as connection:
        Pruning(database, Retention(1, MUCH)).step(connection, NOON + 1e6)
    assert "NONSENSE" in caplog.text


def test_it_is_looked_at_seldom(database: Database) -> None:
    with filled(database, 1) as connection:
        pruning = Pruning(database, Retention(10, MUCH))
        pruning.step(connection, NOON)
        pruning.step(connection, NOON + 60)
        assert records.ids(database) != []
        pruning.step(connection, NOON + EVERY)
        assert records.ids(database) == []
        assert retention.EVERY >= 600
