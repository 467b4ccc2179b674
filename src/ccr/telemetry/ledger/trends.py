"""Errors now and before: is it getting worse?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from ccr.telemetry.ledger.columns import MICRO
from ccr.telemetry.ledger.filters import FAILED
from ccr.telemetry.ledger.table import c

WINDOWS = {"5m": 300, "1h": 3_600, "24h": 86_400, "7d": 604_800}
"""Seconds by name."""


class Window(NamedTuple):
    """The last minutes, hours or days, and as long a time before them."""

    name: str
    seconds: int
    requests: int
    errors: int
    requests_before: int
    before: int
    """Errors of the time before."""


def windowed(now: float) -> Iterator[sa.ColumnElement[Any]]:
    """What is asked of the database for ``windows``."""
    for name, seconds in WINDOWS.items():
        for side, age in (("now", 0), ("before", seconds)):
            begin, end = (round((now - back) * MICRO) for back in (age + seconds, age))
            within = sa.and_(c.at_us >= begin, c.at_us < end)
            yield sa.func.count(sa.case((within, 1))).label(f"requests_{side}_{name}")
            yield sa.func.count(sa.case((sa.and_(within, FAILED), 1))).label(f"errors_{side}_{name}")


def windows(row: Mapping[str, Any]) -> list[Window]:
    """The answer to ``windowed``."""
    return [
        Window(
            name,
            seconds,
            row[f"requests_now_{name}"],
            row[f"errors_now_{name}"],
            row[f"requests_before_{name}"],
            row[f"errors_before_{name}"],
        )
        for name, seconds in WINDOWS.items()
    ]
