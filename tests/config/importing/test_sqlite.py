"""Another program's database is read, never changed or made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ccr.config.importing.found import Unreadable
from ccr.config.importing.sqlite import rows


def test_rows_are_read_and_a_missing_table_has_none(tmp_path: Path) -> None:
    path = tmp_path / "a file?.sqlite"
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE t (a TEXT)")
        made.execute("INSERT INTO t VALUES ('x')")
        made.commit()
    assert rows(path, "SELECT a FROM t") == [("x",)]
    assert rows(path, "SELECT a FROM u") == []
    with pytest.raises(Unreadable, match="readonly"):
        rows(path, "INSERT INTO t VALUES ('y')")


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        rows(tmp_path / "gone.sqlite", "SELECT 1")
    assert list(tmp_path.iterdir()) == []
