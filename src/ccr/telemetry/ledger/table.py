"""The ledger's table for SQLAlchemy, and the connections it is read through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from ccr.telemetry.ledger.columns import COLUMNS, TABLE
from ccr.telemetry.ledger.database import Connection, Database, Unusable
from ccr.telemetry.ledger.migrations import migrate

_TEXTS = ("text", "json")

requests = sa.Table(
    TABLE,
    sa.MetaData(),
    *(sa.Column(name, sa.Text if kind in _TEXTS else sa.BigInteger) for name, kind in COLUMNS.values()),
)
c = requests.c


class Reading:
    """Connections to a ledger; each is opened when it is needed, and closed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # psycopg would look for a type of PostgreSQL's that we do not use
        options = {"use_native_hstore": False} if database.dialect != "sqlite" else {}
        self._engine = sa.create_engine(
            f"{database.dialect}://", creator=self._open, poolclass=NullPool, **options
        )

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """Raises ``Unusable``: what went wrong, in words."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise Unusable(f"{self._database}: {str(error.orig).strip()}") from error

    def _open(self) -> Connection:
        connection = self._database.open(create=False)
        try:
            migrate(self._database, connection)
        except BaseException:
            connection.close()
            raise
        return connection
