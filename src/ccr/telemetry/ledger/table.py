"""The ledger's table for SQLAlchemy, and the connections it is read through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.pool import NullPool

from ccr.telemetry.ledger.columns import COLUMNS, TABLE
from ccr.telemetry.ledger.database import MEMORY, Connection, Database, NothingYet, SQLite, Unusable
from ccr.telemetry.ledger.migrations import opened

_TEXTS = ("text", "json")

requests = sa.Table(
    TABLE,
    sa.MetaData(),
    *(sa.Column(name, sa.Text if kind in _TEXTS else sa.BigInteger) for name, kind in COLUMNS.values()),
)
c = requests.c


class Reading:
    """Connections to a ledger; each is opened when it is needed, and closed."""

    def __init__(self, database: Database, *, lenient: bool = False) -> None:
        """``lenient``: a ledger that is not there yet is an empty one."""
        self._database = database
        self._lenient = lenient
        # psycopg would look for a type of PostgreSQL's that we do not use
        options = {"use_native_hstore": False} if database.dialect != "sqlite" else {}
        self._engine = sa.create_engine(
            f"{database.dialect}://", creator=self._open, poolclass=NullPool, **options
        )

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """Raises ``Unusable``: what went wrong, in words; ``ValueError`` for what no row can hold."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except (OverflowError, DataError):
            raise ValueError("a number is too large, or a text holds what no text can hold") from None
        except DBAPIError as error:
            raise Unusable(f"{self._database}: {str(error.orig).strip()}") from error

    def _open(self) -> Connection:
        try:
            return opened(self._database, create=False)
        except NothingYet:
            if not self._lenient:
                raise
            return opened(SQLite(Path(MEMORY)), create=True)
