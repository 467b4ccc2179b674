"""Times as people write them: ``7d``, ``today``, ``2026-11-01``, ``2026-11-01T09:30``, seconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
DAY = UNITS["d"]

_AGO = re.compile(r"(\d{1,6})\s*([smhdw])")
_NUMBER = re.compile(r"\d{9,14}(\.\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?")
_DAYS = {"today": 0, "yesterday": -1}
_MILLISECONDS = 1e11
"""Seconds since 1970 that are more than this are milliseconds."""


def moment(text: str, now: float, offset: int = 0, *, end: bool = False) -> float:
    """Seconds since 1970. ``offset``: minutes east of Greenwich, where ``text`` names none.

    A day means its beginning, or with ``end`` its end. Raises ``ValueError`` in words.
    """
    text = text.strip()
    if text == "now":
        return now
    if ago := _AGO.fullmatch(text.lower()):
        return now - int(ago[1]) * UNITS[ago[2]]
    if _NUMBER.fullmatch(text):
        number = float(text)
        return number / 1000 if number > _MILLISECONDS else number
    if text.lower() in _DAYS:
        return _midnight(now, offset) + (_DAYS[text.lower()] + end) * DAY
    return _iso(text, offset) + (DAY if end and _DATE.fullmatch(text) else 0)


def offset(text: str) -> int:
    """Minutes east of Greenwich: ``+02:00``, ``-5``, ``120`` (minutes), ``Z``. Raises ``ValueError``."""
    text = f"+{text.strip()}" if text.startswith(" ") else text.strip()  # a plus in a URL is a blank
    if text in {"Z", "UTC", "utc", ""}:
        return 0
    if text.isdecimal() and int(text) <= 18 * 60:
        return int(text)
    found = _OFFSET.fullmatch(text)
    if not found or int(found[2]) > 18 or int(found[3] or 0) > 59:
        raise ValueError(f'"{text}" is no offset from UTC: write +02:00')
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return minutes if found[1] == "+" else -minutes


def local_offset(now: float) -> int:
    """Minutes east of Greenwich here, at that time."""
    here = datetime.fromtimestamp(now, UTC).astimezone().utcoffset()
    return round(here.total_seconds() / 60) if here else 0


def written(at: float, offset: int = 0) -> str:
    """A time as ISO 8601, to the second."""
    return datetime.fromtimestamp(at, _zone(offset)).isoformat(timespec="seconds")


def _midnight(now: float, offset: int) -> float:
    shift = offset * 60
    return (now + shift) // DAY * DAY - shift


def _iso(text: str, offset: int) -> float:
    try:
        found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return (found if found.tzinfo else found.replace(tzinfo=_zone(offset))).timestamp()
    except (ValueError, OverflowError):
        raise ValueError(
            f'"{text}" is no time: write 7d, 24h, today, yesterday, 2026-11-01 or 2026-11-01T09:30'
        ) from None


def _zone(offset: int) -> timezone:
    return timezone(timedelta(minutes=offset))
