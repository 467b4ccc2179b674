"""The shape of the database, in numbered steps. A step that was released is never changed: add another."""

from __future__ import annotations

from ccr.telemetry.ledger.database import Connection, Database, TooNew

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE ccr_requests (
            id {text} NOT NULL,
            parent {text} NOT NULL,
            at_us BIGINT NOT NULL,
            session {text} NOT NULL,
            project {text} NOT NULL,
            agent {text} NOT NULL,
            client {text} NOT NULL,
            asked {text} NOT NULL,
            route {text} NOT NULL,
            reason {text} NOT NULL,
            provider {text} NOT NULL,
            model {text} NOT NULL,
            provider_key {text} NOT NULL,
            attempts BIGINT NOT NULL,
            status BIGINT NOT NULL,
            error {text} NOT NULL,
            message {text} NOT NULL,
            stream SMALLINT NOT NULL,
            first_us BIGINT,
            took_us BIGINT NOT NULL,
            input BIGINT,
            output BIGINT,
            cache_read BIGINT,
            cache_write_5m BIGINT,
            cache_write_1h BIGINT,
            reasoning BIGINT,
            cost_pico BIGINT,
            default_cost_pico BIGINT,
            cache {text} NOT NULL,
            bytes_in BIGINT NOT NULL,
            bytes_out BIGINT NOT NULL,
            trace {text} NOT NULL,
            PRIMARY KEY (at_us, id)
        )""",
        "CREATE INDEX ccr_requests_session ON ccr_requests (session, at_us)",
        "CREATE INDEX ccr_requests_error ON ccr_requests (at_us) WHERE error <> ''",
        "CREATE INDEX ccr_requests_parent ON ccr_requests (parent) WHERE parent <> ''",
    ),
    ("ALTER TABLE ccr_requests ADD COLUMN flow_us BIGINT",),
)
"""``{text}`` is the database's type of a text that is compared byte by byte.

The time comes first in the key: ids are random, and an index that begins with them is written all over, which
is three times the work a row in a database of 120 MB. Who asks for an id reads the key from end to end: 20 ms
for 300,000 rows.
"""

NUMBERS = "CREATE TABLE IF NOT EXISTS ccr_migrations (number BIGINT NOT NULL PRIMARY KEY)"
NUMBER = "SELECT COALESCE(MAX(number), 0) FROM ccr_migrations"


def opened(database: Database, *, create: bool) -> Connection:
    """A new connection to a database of the newest shape. Raises ``Unusable`` or the driver's error."""
    connection = database.open(create=create)
    try:
        migrate(database, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def migrate(database: Database, connection: Connection) -> None:
    """Brings the database to the newest shape, wholly or not at all. Raises ``TooNew``."""
    if _behind(_number(database, connection)):
        with database.transaction(connection, alone=True):
            connection.execute(NUMBERS)
            # Asked again, as another process may have done it in the meantime.
            _step(database, connection, _number(database, connection))


def _step(database: Database, connection: Connection, done: int) -> None:
    if not _behind(done):
        return
    for statement in (statement for step in STEPS[done:] for statement in step):
        connection.execute(statement.format(text=database.text))
    for number in range(done + 1, len(STEPS) + 1):
        connection.execute(f"INSERT INTO ccr_migrations (number) VALUES ({number})")  # noqa: S608


def _behind(number: int) -> bool:
    if number > len(STEPS):
        raise TooNew(
            f"it was made by a newer version of the router (its shape is number {number}, "
            f"this version knows {len(STEPS)}): update the router, or name another database."
        )
    return number < len(STEPS)


def _number(database: Database, connection: Connection) -> int:
    """The last step that was done; 0: none."""
    if not connection.execute(database.has_numbers).fetchone():
        return 0
    found = connection.execute(NUMBER).fetchone()
    return int(found[0]) if found else 0
