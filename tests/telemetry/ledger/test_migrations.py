"""The shape of a database: made once, whoever comes first; a newer one is left alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from ccr.telemetry.ledger import migrations
from ccr.telemetry.ledger.database import Database, TooNew


def number(database: Database) -> int:
    with closing(database.open(create=False)) as connection:
        return int(connection.execute("SELECT MAX(number) FROM ccr_migrations").fetchone()[0])


def shape(database: Database) -> None:
    with closing(database.open(create=True)) as connection:
        migrations.migrate(database, connection)


def test_it_is_shaped_once_however_many_begin_at_once(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(shape, database) for _ in range(8)]:
            done.result()
    assert number(database) == len(migrations.STEPS)


def test_a_newer_database_is_refused_in_words(database: Database) -> None:
    shape(database)
    with closing(database.open(create=False)) as connection:
        connection.execute("INSERT INTO ccr_migrations (number) VALUES (99)")
    with pytest.raises(TooNew, match="newer version of the router"):
        shape(database)


def test_a_step_that_fails_leaves_nothing_half_done(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape(database)
    steps = (*migrations.STEPS, ("CREATE TABLE ccr_half (id BIGINT)", "NONSENSE"))
    monkeypatch.setattr(migrations, "STEPS", steps)
    with pytest.raises(Exception, match="NONSENSE"):
        shape(database)
    assert number(database) == len(steps) - 1
    monkeypatch.setattr(migrations, "STEPS", (*steps[:-1], steps[-1][:1]))
    shape(database)
    assert number(database) == len(steps)
