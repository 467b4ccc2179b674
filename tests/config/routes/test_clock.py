"""Times and days that a rule may name."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ccr.config.routes import clock


def at(hour: int, minute: int = 0, day: int = 16) -> datetime:
    """November 2026; the 16th is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "hour", "minute", "holds"),
    [
        ("9:00-17:30 UTC", 9, 0, True),
        ("9:00-17:30 UTC", 17, 29, True),
        ("9:00-17:30 UTC", 17, 30, False),
        ("09:00 - 17:30  UTC", 8, 59, False),
        ("22:00-06:00 UTC", 23, 0, True),
        ("22:00-06:00 UTC", 5, 59, True),
        ("22:00-06:00 UTC", 6, 0, False),
        ("22:00-06:00 UTC", 21, 59, False),
        ("9:00-17:00 Asia/Tokyo", 1, 0, True),
        ("9:00-17:00 Asia/Tokyo", 9, 0, False),
    ],
)
def test_spans_of_time(span: str, hour: int, minute: int, holds: bool) -> None:
    assert clock.time(span)(at(hour, minute)) is holds


def test_without_a_zone_it_is_the_machine_s() -> None:
    here = datetime.now().astimezone().replace(hour=12, minute=0)
    assert clock.time("11:59-12:01")(here)
    assert clock.time("11:59-12:01")(here.astimezone(ZoneInfo("Asia/Tokyo")))


@pytest.mark.parametrize(
    "text", ["", "9-17", "25:00-3:00", "9:61-10:00", "9:00-10:00 Nowhere/Land", "9:00-10:00 /etc"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(is no|knows no)"):
        clock.time(text)


@pytest.mark.parametrize(
    ("span", "days"),
    [
        ("mon-fri", "16 17 18 19 20"),
        ("Sat", "21"),
        ("fri-mon", "16 20 21 22"),
        ("sunday", "22"),
        ("wed - thu", "18 19"),
    ],
)
def test_days(span: str, days: str) -> None:
    holds = clock.day(span)
    noon = [datetime(2026, 11, day, 12).astimezone() for day in range(16, 23)]
    assert [moment.day for moment in noon if holds(moment)] == [int(day) for day in days.split()]


@pytest.mark.parametrize("text", ["", "someday", "-fri", "mon-nday"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match="is no day of the week"):
        clock.day(text)
