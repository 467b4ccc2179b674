"""Whatever becomes of the database, ``add`` neither fails nor waits, and what is lost is counted."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from ccr.config import load
from ccr.telemetry.ledger import keeper
from ccr.telemetry.ledger.database import Database, PostgreSQL, SQLite
from ccr.telemetry.ledger.keeper import Ledger, ledger_of
from ccr.telemetry.meter import Refusal
from tests.telemetry.ledger.records import ALL, ids, record


@pytest.fixture
def file(tmp_path: Path) -> SQLite:
    return SQLite(tmp_path / "ccr.db")


def test_what_is_added_is_in_the_database_after_a_flush(ledger: Ledger, database: Database) -> None:
    for number in range(10):
        ledger.add(record(number))
    assert ledger.flush(30)
    assert len(ids(database)) == 10
    assert (ledger.health()["state"], ledger.health()["written"]) == ("ok", 10)


def test_two_that_add_the_first_records_at_once_begin_one_thread(
    file: SQLite, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, begun = Ledger(file, ALL), []
    others: list[Thread] = []

    def begin(*args: Any, **options: Any) -> Thread:
        begun.append(options)
        if not others:
            others.append(Thread(target=ledger.add, args=(record(2),)))
            others[0].start()
            others[0].join(0.2)  # time enough for one that does not wait for its turn
        return Thread(*args, **options)

    monkeypatch.setattr("ccr.telemetry.ledger.keeper.threading.Thread", begin)
    ledger.add(record(1))
    others[0].join(20)
    assert len(begun) == 1
    ledger.close(20)
    assert len(ids(file)) == 2


def test_closing_writes_what_is_left(database: Database) -> None:
    ledger = Ledger(database, ALL)
    for number in range(3_000):
        ledger.add(record(number))
    ledger.close(30)
    assert len(ids(database)) == 3_000


def test_only_the_owner_can_read_it(file: SQLite) -> None:
    ledger = Ledger(file, ALL)
    ledger.add(record())
    assert ledger.flush()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in file.path.parent.glob("ccr.db*")}
    ledger.close()
    assert modes == {0o600}


def test_without_a_record_nothing_is_opened(file: SQLite) -> None:
    ledger = Ledger(file, ALL)
    assert ledger.flush()
    ledger.close()
    assert not file.path.exists()


def test_a_ledger_that_is_off_writes_nothing_and_still_tells_the_newest_errors() -> None:
    ledger = Ledger(None, ALL)
    ledger.add(record(error="Overloaded"))
    assert ledger.health() == {"state": "off"}
    assert len(ledger.recent.errors) == 1


def test_a_full_disk_degrades_and_recovers(file: SQLite) -> None:
    ledger = Ledger(_Small(file.path), ALL)
    for number in range(500):
        ledger.add(record(number, message="x" * 2000))
    assert not ledger.flush(30)
    health = ledger.health()
    assert health["state"] == "degraded"
    assert "full" in health["problem"]
    assert health["waiting"] == 500
    _Small.pages = 1_000_000
    assert ledger.flush(30)
    assert ledger.health()["state"] == "ok"
    assert len(ids(file)) == 500
    ledger.close()


class _Small(SQLite):
    """On a disk that has room for a few pages."""

    pages = 30

    def open(self, *, create: bool) -> sqlite3.Connection:
        connection = super().open(create=create)
        assert isinstance(connection, sqlite3.Connection)
        connection.execute(f"PRAGMA max_page_count = {self.pages}")
        return connection


def test_a_broken_file_degrades_and_recovers_once_it_is_away(file: SQLite) -> None:
    file.path.write_bytes(b"this is no database " * 500)
    ledger = Ledger(file, ALL)
    ledger.add(record(1))
    assert not ledger.flush(30)
    assert "not a database" in ledger.health()["problem"]
    file.path.unlink()
    assert ledger.flush(30)
    assert len(ids(file)) == 1
    ledger.close()


def test_a_file_that_is_taken_away_is_made_anew(file: SQLite) -> None:
    ledger = Ledger(file, ALL)
    ledger.add(record(1))
    assert ledger.flush(30)
    for path in file.path.parent.glob("ccr.db*"):
        path.unlink()
    ledger.add(record(2))
    assert ledger.flush(30)
    assert ids(file) == [record(2).id]
    ledger.close()


def test_a_locked_database_degrades_and_recovers(file: SQLite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccr.telemetry.ledger.database.BUSY", 0.01)
    ledger = Ledger(file, ALL)
    ledger.add(record(1))
    assert ledger.flush(30)
    other = file.open(create=False)
    other.execute("BEGIN EXCLUSIVE")
    ledger.add(record(2))
    assert not ledger.flush(30)
    assert "locked" in ledger.health()["problem"]
    other.execute("ROLLBACK")
    other.close()
    assert ledger.flush(30)
    assert len(ids(file)) == 2
    ledger.close()


@pytest.mark.skipif(os.name != "posix", reason="sees to it by the mode of a folder")
def test_a_folder_that_is_a_file_degrades(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")
    ledger = Ledger(SQLite(tmp_path / "folder" / "ccr.db"), ALL)
    ledger.add(record())
    assert not ledger.flush(30)
    assert ledger.health()["state"] == "degraded"
    ledger.close()


def test_a_server_that_is_away_degrades_and_tells_no_password() -> None:
    ledger = Ledger(PostgreSQL("postgres://me:geheim@127.0.0.1:9/ccr"), ALL)
    ledger.add(record())
    assert not ledger.flush(30)
    health = ledger.health()
    assert health["state"] == "degraded"
    assert "geheim" not in str(health)
    assert health["database"] == "postgresql://127.0.0.1:9/ccr"
    ledger.close()


def test_a_server_that_hangs_up_costs_no_row(postgres_url: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    ledger = Ledger(PostgreSQL(postgres_url), ALL)
    ledger.add(record(1))
    assert ledger.flush(30)
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    ledger.add(record(2))
    assert not ledger.flush(30)
    ledger.add(record(3))
    assert ledger.flush(30)
    assert len(ids(PostgreSQL(postgres_url))) == 3
    ledger.close()


def test_a_batch_of_the_meter_is_taken_and_what_has_no_row_is_remembered(file: SQLite) -> None:
    ledger = Ledger(file, ALL)
    ledger.take([record(1)], [Refusal("req_1", 1.0, 401, "Unauthorized", "no key")])
    assert ledger.flush(30)
    assert len(ids(file)) == 1
    assert [(one.id, one.status) for one in ledger.recent.errors] == [("req_1", 401)]
    ledger.close()


def test_a_flush_asks_for_what_waits_elsewhere(file: SQLite) -> None:
    ledger = Ledger(file, ALL)
    waiting = [record(1)]
    ledger.feed = lambda: ledger.take([waiting.pop()] if waiting else [])
    assert ledger.flush(30)
    assert len(ids(file)) == 1
    ledger.close()


def test_what_does_not_fit_is_counted(file: SQLite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "BACKLOG", 10)
    file.path.write_bytes(b"this is no database " * 500)
    ledger = Ledger(file, ALL)
    ledger.add(record(0))
    assert not ledger.flush(30)
    for number in range(1, 15):
        ledger.add(record(number, input=100, output=10, cost=0.25))
    lost = ledger.health()["lost"]
    assert lost == {"requests": 4, "input": 400, "output": 40, "cost": 1.0}
    ledger.close()


def test_adding_never_waits_for_the_database(file: SQLite) -> None:
    """The writer hangs in the database; records are taken all the same."""
    hangs, go = Event(), Event()

    class Hanging(SQLite):
        def open(self, *, create: bool) -> sqlite3.Connection:
            hangs.set()
            go.wait(30)
            found = super().open(create=create)
            assert isinstance(found, sqlite3.Connection)
            return found

    ledger = Ledger(Hanging(file.path), ALL)
    ledger.add(record(0))
    assert hangs.wait(30)
    for number in range(1, 1000):
        ledger.add(record(number))
    go.set()
    assert ledger.flush(30)
    assert ledger.health()["written"] == 1000
    ledger.close()


def test_the_configuration_says_where_it_is(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"Ledger": {"path": "books/mine.db"}}')
    assert str(ledger_of(load(config, {})).database) == str(tmp_path / "books" / "mine.db")
    config.write_text("{}")
    assert str(ledger_of(load(config, {})).database) == str(tmp_path / "ccr.db")
    url = {"DATABASE_URL": "postgresql+psycopg://me:geheim@db:5433/books?sslmode=require"}
    assert str(ledger_of(load(config, url)).database) == "postgresql://db:5433/books"
    assert str(ledger_of(load(config, {"DATABASE_URL": "sqlite:////data/a.db"})).database) == "/data/a.db"
    config.write_text('{"Ledger": {"enabled": false}}')
    assert ledger_of(load(config, {})).database is None
