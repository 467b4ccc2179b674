"""The shape of a database: made once, whoever comes first; a newer one is left alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from ccr.telemetry.ledger import migrations
from ccr.telemetry.ledger.columns import NAMES, row
from ccr.telemetry.ledger.database import Database, TooNew
from ccr.telemetry.ledger.queries import Queries
from tests.telemetry.ledger.records import record


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


def test_rows_of_an_older_shape_stay_and_are_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = migrations.STEPS
    monkeypatch.setattr(migrations, "STEPS", steps[:1])
    shape(database)
    names = [name for name in NAMES if name != "flow_us"]
    values = dict(
        zip(NAMES, row(record(1, stream=True, output=100, first_ms=500.0, took_ms=1000.0)), strict=True)
    )
    marks = ", ".join([database.mark] * len(names))
    with closing(database.open(create=False)) as connection:
        sql = f"INSERT INTO ccr_requests ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
        connection.execute(sql, [values[name] for name in names])
    monkeypatch.setattr(migrations, "STEPS", steps)
    shape(database)
    queries = Queries(database)
    assert queries.page().records[0].flow_ms is None
    assert queries.total().tokens_per_second == 200.0


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
