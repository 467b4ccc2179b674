"""The two databases a ledger can be in, alike but for what is told here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from urllib.parse import unquote

from ccr.config.ledger import POSTGRES, scheme_of

if TYPE_CHECKING:
    from ccr.config import Settings

BUSY = 5.0
"""Seconds to wait for another process that writes, or for a server that does not answer."""

FILE = "ccr.db"
"""Beside the configuration."""

MEMORY = ":memory:"
"""SQLite's name for a database that is nowhere, and gone when it is closed."""

NEEDS_EXTRA = (
    "PostgreSQL needs psycopg, which is not installed: install the router as ccrouter[postgres], "
    "or take the database's URL away to use SQLite."
)
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7160517151)"
"""Held while the database is shaped: two routers that start at once do it one after the other."""


class Unusable(Exception):
    """The database cannot be used; the message says why and what helps."""


class TooNew(Unusable):
    """A newer program has shaped it."""


class NothingYet(Unusable):
    """There is no ledger: no request was written to it so far."""


class Cursor(Protocol):
    """What we use of a driver's cursor (PEP 249)."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> Any: ...


class Connection(Protocol):
    """What we use of a driver's connection, which commits by itself."""

    def execute(self, sql: Any, values: Sequence[Any] = ..., /) -> Cursor: ...

    def cursor(self) -> Any: ...

    def close(self) -> None: ...


class Database:
    """Where a ledger is. ``SQLite`` and ``PostgreSQL`` are the two."""

    dialect: ClassVar[str]
    """For SQLAlchemy."""

    mark: ClassVar[str]
    """Stands for a value in a statement."""

    text: ClassVar[str]
    begin: ClassVar[tuple[str, ...]]
    begin_alone: ClassVar[tuple[str, ...]]
    has_numbers: ClassVar[str]
    size: ClassVar[str]
    """Gives the bytes that rows take now."""

    def open(self, *, create: bool) -> Connection:
        """A new connection, usable in any thread. Raises ``Unusable`` or the driver's error."""
        raise NotImplementedError

    def moved(self, connection: Connection) -> bool:  # noqa: ARG002
        """Whether what was opened is no longer what has the name."""
        return False

    def shrink(self, connection: Connection) -> None:
        """Gives room back that deleted rows had."""

    @contextmanager
    def transaction(self, connection: Connection, *, alone: bool = False) -> Iterator[None]:
        """All or nothing. ``alone``: nobody else shapes the database in the meantime."""
        for statement in self.begin_alone if alone else self.begin:
            connection.execute(statement)
        try:
            yield
        except BaseException:
            with suppress(Exception):
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


class SQLite(Database):
    """A file, readable only by its owner, that several processes may write."""

    dialect = "sqlite"
    mark = "?"
    text = "TEXT COLLATE BINARY"
    begin = begin_alone = ("BEGIN IMMEDIATE",)
    has_numbers = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ccr_migrations'"
    size = (
        "SELECT (page_count - freelist_count) * page_size "
        "FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
    )

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: tuple[int, int] | None = None

    def __str__(self) -> str:
        return str(self.path)

    def open(self, *, create: bool) -> Connection:
        import sqlite3

        if create:
            self._make()
        elif not self.path.exists():
            raise NothingYet(f"there is no {self.path} yet: it is made with the first request.")
        connection = sqlite3.connect(self.path, timeout=BUSY, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        if create:
            self._opened = self._identity()
        return connection

    def _make(self) -> None:
        """The file, for its owner alone; SQLite gives those beside it the same mode."""
        if str(self.path) != MEMORY:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))

    def moved(self, connection: Connection) -> bool:  # noqa: ARG002
        return self._identity() != self._opened

    def shrink(self, connection: Connection) -> None:
        connection.execute("PRAGMA incremental_vacuum").fetchall()

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _prepare(connection: Connection) -> None:
    """auto_vacuum is heeded only before the first table is made. With a WAL, NORMAL keeps all when we crash;
    after a power failure the last batches may be missing (sqlite.org/pragma.html#pragma_synchronous)."""
    for pragma in (
        "auto_vacuum = INCREMENTAL",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "journal_size_limit = 16000000",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchone()


class PostgreSQL(Database):
    """A server."""

    dialect = "postgresql+psycopg"
    mark = "%s"
    text = 'TEXT COLLATE "C"'
    begin = ("BEGIN",)
    begin_alone = ("BEGIN", ONE_AT_A_TIME)
    has_numbers = (
        "SELECT 1 FROM pg_tables WHERE tablename = 'ccr_migrations' AND schemaname = current_schema()"
    )
    size = "SELECT COALESCE(SUM(pg_column_size(ccr_requests.*)), 0) FROM ccr_requests"

    def __init__(self, url: str) -> None:
        self._url = f"postgresql:{url.partition(':')[2]}"

    def __str__(self) -> str:
        """Without the user, the password and the options."""
        place = self._url.partition("://")[2].rpartition("@")[2].partition("?")[0]
        return f"postgresql://{place}"

    def open(self, *, create: bool) -> Connection:  # noqa: ARG002
        try:
            import psycopg
        except ImportError:
            raise Unusable(NEEDS_EXTRA) from None
        connection: Connection = psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=int(BUSY),
            prepare_threshold=None,  # poolers between us and the server do not all know prepared statements
            tcp_user_timeout=int(BUSY * 1000),
            application_name="ccr",
        )
        return connection


def database_of(settings: Settings) -> Database:
    """Where the ledger of a configuration is."""
    url = settings.database_url
    if url and scheme_of(url) in POSTGRES:
        return PostgreSQL(url)
    name = _path_of(url) if url else settings.ledger.path or FILE
    return SQLite(settings.path.parent / Path(name).expanduser())


def _path_of(url: str) -> str:
    """``sqlite:////absolute.db`` and ``sqlite:///relative.db``, as SQLAlchemy spells them."""
    return unquote(url.partition("://")[2].partition("?")[0].removeprefix("/"))
