"""By what rows can be grouped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

import sqlalchemy as sa

from ccr.telemetry.ledger.columns import MICRO
from ccr.telemetry.ledger.moments import written
from ccr.telemetry.ledger.table import c

SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}

COLUMNS: dict[str, tuple[sa.Column[Any], ...]] = {
    "provider": (c.provider,),
    "model": (c.provider, c.model),
    "session": (c.session,),
    "project": (c.project,),
    "agent": (c.agent,),
    "key": (c.client,),
    "client": (c.client,),
    "providerKey": (c.provider, c.provider_key),
    "route": (c.route,),
    "error": (c.error,),
    "status": (c.status,),
}
"""``key`` is the client's; that of the provider is ``providerKey``."""

NAMES = (*SECONDS, *COLUMNS)


class Dimension(NamedTuple):
    """A respect in which rows of a group are alike."""

    name: str
    columns: tuple[sa.ColumnElement[Any], ...]
    shown: Callable[[Sequence[Any]], str]
    """The key of a group, from the values of its columns."""

    timely: bool = False


def named(name: str, offset: int) -> Dimension:
    """The dimension of that name; ``offset`` in minutes. Raises ``ValueError`` in words."""
    if name in SECONDS:
        return _time(name, offset)
    if name not in COLUMNS:
        near = get_close_matches(name, NAMES, 1)
        cure = f"did you mean {near[0]}?" if near else f"take one of {', '.join(NAMES)}"
        raise ValueError(f'usage cannot be told by "{name}": {cure}')
    labels = tuple(column.label(f"{name}_{n}") for n, column in enumerate(COLUMNS[name]))
    return Dimension(name, labels, _joined)


def _time(name: str, offset: int) -> Dimension:
    """Whole numbers are divided alike in both databases, downwards for times after 1970. They stand in the
    statement itself: PostgreSQL does not see that two parameters are equal."""
    width, shift = SECONDS[name], offset * 60
    microseconds = sa.literal_column(str(int(width * MICRO)), sa.BigInteger)
    moved = c.at_us + sa.literal_column(str(int(shift * MICRO)), sa.BigInteger)
    bucket = (moved // microseconds).label(f"{name}_0")
    return Dimension(
        name, (bucket,), lambda found: written(int(found[0]) * width - shift, offset), timely=True
    )


def _joined(values: Sequence[Any]) -> str:
    """``provider,model``; "" where there is neither."""
    return ",".join(str(value) for value in values) if any(value != "" for value in values) else ""
