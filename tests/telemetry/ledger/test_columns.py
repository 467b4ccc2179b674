"""A record becomes a row and the row the same record again."""

from __future__ import annotations

from ccr.telemetry.ledger.columns import COLUMNS, LONGEST_MESSAGE, NAMES, clean, record, row
from ccr.telemetry.record import Record
from tests.telemetry.ledger import records


def test_every_field_of_a_record_is_a_column() -> None:
    assert tuple(COLUMNS) == Record.__struct_fields__


def test_a_record_comes_back_whole() -> None:
    assert record(row(records.FULL)) == records.FULL


def test_what_is_not_known_stays_unknown() -> None:
    bare = Record(id="req_1", at=records.NOON)
    assert record(row(bare)) == bare
    unknown = {"first_us", "input", "output", "cache_read", "reasoning", "cost_pico", "default_cost_pico"}
    values = dict(zip(NAMES, row(bare), strict=True))
    assert {name for name in unknown if values[name] is None} == unknown


def test_figures_are_whole_numbers() -> None:
    assert not [value for value in row(records.FULL) if isinstance(value, float)]


def test_a_long_message_is_cut() -> None:
    assert len(record(row(records.record(message="x" * 9_999))).message) == LONGEST_MESSAGE


def test_half_a_character_becomes_a_sign_that_it_was_there() -> None:
    assert clean(("a\ud83dz", "nul\0", 7, None)) == ("a?z", "nul", 7, None)
