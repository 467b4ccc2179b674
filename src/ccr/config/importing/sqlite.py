"""Rows of another program's SQLite file, which is not changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ccr.config.importing.found import Unreadable


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query gives, nothing where its table is missing. Raises ``Unreadable``."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()
    except sqlite3.OperationalError as error:
        if "no such" in str(error):
            return []
        raise Unreadable(f"{path} cannot be read: {error}.") from None
    except sqlite3.DatabaseError as error:
        raise Unreadable(f"{path} is no SQLite database: {error}.") from None
