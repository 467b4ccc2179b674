"""Batches go in whole, in both databases; a single row that nothing takes costs no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from ccr.telemetry.ledger.columns import NAMES, record
from ccr.telemetry.ledger.database import Database
from ccr.telemetry.ledger.writer import Writer
from tests.telemetry.ledger import records


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    made = Writer(database, records.ALL)
    yield made
    made.close()


def test_what_is_written_is_read_again(writer: Writer, database: Database) -> None:
    assert writer.write([records.FULL]) == []
    with closing(database.open(create=False)) as connection:
        found = connection.execute(f"SELECT {', '.join(NAMES)} FROM ccr_requests").fetchall()  # noqa: S608
    assert [record(values) for values in found] == [records.FULL]


def test_the_same_request_is_written_once(writer: Writer, database: Database) -> None:
    writer.write([records.record(1), records.record(2)])
    writer.write([records.record(2), records.record(3)])
    assert len(records.ids(database)) == 3


def test_half_a_character_costs_nothing_else(writer: Writer, database: Database) -> None:
    assert writer.write([records.record(1), records.record(2, message="\ud83d \0"), records.record(3)]) == []
    assert len(records.ids(database)) == 3


def test_a_row_that_no_database_takes_is_given_back(writer: Writer, database: Database) -> None:
    wild = records.record(2, input=2**70)
    assert writer.write([records.record(1), wild, records.record(3)]) == [wild]
    assert len(records.ids(database)) == 2


def test_several_write_the_same_database(writer: Writer, database: Database) -> None:
    other = Writer(database, records.ALL)
    for number in range(10):
        writer.write([records.record(number)])
        other.write([records.record(100 + number)])
    other.close()
    assert len(records.ids(database)) == 20
