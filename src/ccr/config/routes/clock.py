"""Times and days that a rule may name: ``22:00-06:00``, ``mon-fri``, ``9:00-17:30 Europe/Berlin``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

Holds = Callable[[datetime], bool]
"""Given the present moment, which knows its zone."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FORM = {
    "time": 'Such as "22:00-06:00", or "9:00-17:30 Europe/Berlin".',
    "day": 'Such as "mon-fri", or ["sat", "sun"].',
}
_SPAN = re.compile(r"\s*(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)(?:\s+(\S+))?\s*")


def time(text: str) -> Holds:
    """From the first time on and before the second, over midnight where that is the earlier one.

    Raises ``ValueError``.
    """
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError("is no span of time")
    start, end = _minutes(match[1], match[2]), _minutes(match[3], match[4])
    zone = _zone(match[5])

    def holds(now: datetime) -> bool:
        now = now.astimezone(zone)
        minute = now.hour * 60 + now.minute
        return start <= minute < end if start <= end else minute >= start or minute < end

    return holds


def day(text: str) -> Holds:
    """A day of the week or a span of days. Raises ``ValueError``."""
    first, _, last = text.lower().partition("-")
    start, end = _day(first), _day(last or first)
    days = {(start + n) % 7 for n in range((end - start) % 7 + 1)}
    return lambda now: now.astimezone().weekday() in days


def _day(text: str) -> int:
    name = text.strip()[:3]
    if name not in DAYS:
        raise ValueError("is no day of the week")
    return DAYS.index(name)


def _minutes(hours: str, minutes: str) -> int:
    if int(hours) > 24 or int(minutes) > 59:
        raise ValueError("is no time of day")
    return int(hours) * 60 + int(minutes)


def _zone(name: str | None) -> ZoneInfo | None:
    """None: the zone of the machine."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f'knows no time zone "{name}"') from error
