"""Times as people write them."""

from __future__ import annotations

import pytest

from ccr.telemetry.ledger.moments import moment, offset, written

NOW = 1_760_000_400.0
"""2025-10-09 09:00 UTC"""

MIDNIGHT = NOW - 9 * 3600


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("now", NOW),
        ("90s", NOW - 90),
        ("30m", NOW - 1800),
        ("24h", NOW - 86400),
        ("7d", NOW - 7 * 86400),
        ("2w", NOW - 14 * 86400),
        ("today", MIDNIGHT),
        ("Yesterday", MIDNIGHT - 86400),
        ("2025-10-09", MIDNIGHT),
        ("2025-10-09T08:30", NOW - 1800),
        ("2025-10-09 08:30", NOW - 1800),
        ("2025-10-09T08:30:00Z", NOW - 1800),
        ("2025-10-09T10:30:00+02:00", NOW - 1800),
        ("2025-10-09T10:30:00 02:00", NOW - 1800),
        ("1760000400", NOW),
        ("1760000400000", NOW),
    ],
)
def test_a_time_is_understood(text: str, seconds: float) -> None:
    assert moment(text, NOW) == seconds


def test_a_day_begins_where_the_user_is() -> None:
    assert moment("today", NOW, 120) == MIDNIGHT - 7200
    assert moment("2025-10-09", NOW, 120) == MIDNIGHT - 7200
    assert moment("2025-10-09T08:30", NOW, 120) == NOW - 1800 - 7200


def test_until_a_day_means_its_end() -> None:
    assert moment("2025-10-09", NOW, end=True) == MIDNIGHT + 86400
    assert moment("yesterday", NOW, end=True) == MIDNIGHT
    assert moment("2025-10-09T08:30", NOW, end=True) == NOW - 1800


@pytest.mark.parametrize("text", ["", "soon", "7x", "2025-13-01", "-7d", "12345"])
def test_what_is_no_time_is_told_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="write 7d"):
        moment(text, NOW)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("Z", 0), ("+02:00", 120), ("-05:30", -330), ("+2", 120), ("+0530", 330), ("120", 120), (" 02:00", 120)],
)
def test_an_offset_is_understood(text: str, minutes: int) -> None:
    assert offset(text) == minutes


@pytest.mark.parametrize("text", ["Berlin", "+99:00", "+02:75", "9999"])
def test_what_is_no_offset_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="no offset"):
        offset(text)


def test_a_time_is_written_with_its_offset() -> None:
    assert written(NOW) == "2025-10-09T09:00:00+00:00"
    assert written(NOW, -90) == "2025-10-09T07:30:00-01:30"
