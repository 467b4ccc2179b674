"""Where a ledger is: opened as it should be, named without secrets, and why it cannot be, in words."""

from __future__ import annotations

import builtins
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ccr.telemetry.ledger.database import Database, NothingYet, PostgreSQL, SQLite, Unusable


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NothingYet, match="made with the first request"):
        SQLite(tmp_path / "ccr.db").open(create=False)
    assert not (tmp_path / "ccr.db").exists()


def test_the_file_is_made_for_its_owner_alone_with_a_log_of_writes(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "ccr.db"
    with closing(SQLite(path).open(create=True)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    with closing(database.open(create=True)) as connection:
        connection.execute("CREATE TABLE t (a BIGINT)")
        with pytest.raises(AttributeError), database.transaction(connection):
            connection.execute("INSERT INTO t VALUES (1)").nothing()  # type: ignore[attr-defined]
        with database.transaction(connection):
            connection.execute("INSERT INTO t VALUES (2)")
        assert connection.execute("SELECT a FROM t").fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("postgres://me:geheim@db.example:5433/books?sslmode=require", "postgresql://db.example:5433/books"),
        ("postgresql://db/books", "postgresql://db/books"),
        ("postgresql+psycopg://me@db/books", "postgresql://db/books"),
        ("postgresql:///books?host=/run/postgresql", "postgresql:///books"),
    ],
)
def test_a_server_is_named_without_secrets(url: str, named: str) -> None:
    assert str(PostgreSQL(url)) == named


def test_without_its_driver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "psycopg":
            raise ImportError
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Unusable, match=r"ccrouter\[postgres\]"):
        PostgreSQL("postgresql://db/books").open(create=True)
