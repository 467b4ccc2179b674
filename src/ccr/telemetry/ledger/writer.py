"""Puts rows into the database, a batch at a time. For one thread; it opens what it needs, and again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress

from ccr.telemetry.ledger.columns import clean, insert, row
from ccr.telemetry.ledger.database import Connection, Database
from ccr.telemetry.ledger.migrations import opened
from ccr.telemetry.ledger.retention import Pruning, Retention
from ccr.telemetry.record import Record


class Writer:
    """One connection. Whatever goes wrong is raised, but for a single row; the next batch opens it anew."""

    def __init__(self, database: Database, retention: Retention) -> None:
        self._database = database
        self._insert = insert(database.mark)
        self._connection: Connection | None = None
        self._pruning = Pruning(database, retention)

    def write(self, records: Sequence[Record]) -> list[Record]:
        """Adds the records, all or none. Gives those that no database would take.

        Raises what the driver raises, and ``Unusable``.
        """
        try:
            connection = self._open()
            refused = self._add(connection, records)
            self._pruning.step(connection, time.time())
            return refused
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()

    def _open(self) -> Connection:
        if self._connection is not None and not self._database.moved(self._connection):
            return self._connection
        self.close()
        self._connection = opened(self._database, create=True)
        return self._connection

    def _add(self, connection: Connection, records: Sequence[Record]) -> list[Record]:
        try:
            with self._database.transaction(connection):
                # Rows are made one by one as they are bound: no long batch keeps other threads from running.
                connection.cursor().executemany(self._insert, map(row, records))
            return []
        except Exception as error:
            if not _is_of_a_row(error):
                raise
        return [record for record in records if not self._added(connection, record)]

    def _added(self, connection: Connection, record: Record) -> bool:
        try:
            connection.execute(self._insert, clean(row(record)))
            return True
        except Exception as error:
            if not _is_of_a_row(error):
                raise
            return False


def _is_of_a_row(error: Exception) -> bool:
    """Whether a value is to blame, such as half a character or a number beyond 64 bits, not the database.

    Drivers' errors are known by their names (PEP 249): one of the drivers is not always installed.
    """
    named = any(kind.__name__ in ("DataError", "IntegrityError") for kind in type(error).__mro__)
    return named or isinstance(error, OverflowError | ValueError | TypeError)
