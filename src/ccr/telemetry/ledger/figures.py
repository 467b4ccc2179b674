"""What rows sum up to. Unknown is never zero: None where nothing is known of what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import Any

import msgspec
import sqlalchemy as sa

from ccr.telemetry.ending import LEFT
from ccr.telemetry.ledger.columns import MILLI, MONEY
from ccr.telemetry.ledger.filters import FAILED, Condition
from ccr.telemetry.ledger.table import c


class Figures(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Sums of some rows. Tokens as Anthropic counts them: ``input_tokens`` holds none of the cache's."""

    requests: int
    rounds: int
    """Of these, the ones on behalf of a request: an agent's, or to go on with an answer that broke off."""

    errors: int
    left: int
    """Requests whose client went away."""

    input_tokens: int | None
    output_tokens: int | None
    cache_read_tokens: int | None
    cache_write_tokens: int | None
    cache_write_5m_tokens: int | None = msgspec.field(name="cacheWrite5mTokens")
    cache_write_1h_tokens: int | None = msgspec.field(name="cacheWrite1hTokens")
    reasoning_tokens: int | None
    unmetered: int
    """Requests, answered or left, whose tokens are not known, and so are not in the sums."""

    cost: float | None
    """US dollars."""

    default_cost: float | None
    """What it had cost at the model of ``Router.default``."""

    unpriced: int
    """Requests, answered or left, whose cost is not known, and so is not in the sum."""

    cache_hits: int
    """Requests answered from the router's own cache."""

    first_ms: float | None
    """Milliseconds until the first content, on average."""

    took_ms: float | None
    tokens_per_second: float | None
    """While content came."""

    bytes_in: int
    bytes_out: int


ANSWERED: Condition = sa.and_(c.attempts > 0, sa.or_(c.error.in_(("", LEFT)), c.first_us.is_not(None)))
"""``Record.took``"""

FLOW = sa.func.coalesce(c.flow_us, c.took_us - c.first_us)
"""Older rows have only the latter."""

TIMED: Condition = sa.and_(c.stream == 1, FLOW > 0, c.output.is_not(None))
"""Whose content came in time: that of a JSON answer comes all at once."""

HIT: Condition = c.cache.in_(("hit", "joined"))

TOKENS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "reasoning")
MONEYS = ("cost", "default_cost")


def _count(which: Condition) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((which, 1), else_=0))


def _of(value: sa.ColumnElement[Any], which: Condition) -> sa.ColumnElement[Any]:
    return sa.func.sum(sa.case((which, value)))


SUMS: tuple[sa.ColumnElement[Any], ...] = tuple(
    expression.label(name)
    for name, expression in {
        "requests": sa.func.count(),
        "rounds": _count(c.parent != ""),
        "errors": _count(FAILED),
        "left": _count(c.error == LEFT),
        "answered": _count(ANSWERED),
        "unmetered": _count(sa.and_(ANSWERED, c.output.is_(None))),
        "unpriced": _count(sa.and_(ANSWERED, c.cost_pico.is_(None))),
        "hits": _count(HIT),
        **{name: sa.func.sum(c[name]) for name in TOKENS},
        **{name: sa.func.sum(c[f"{name}_pico"]) for name in MONEYS},
        "first": sa.func.sum(c.first_us),
        "firsts": sa.func.count(c.first_us),
        "took": sa.func.sum(c.took_us),
        "spoken": _of(c.output, TIMED),
        "speaking": _of(FLOW, TIMED),
        "bytes_in": sa.func.sum(c.bytes_in),
        "bytes_out": sa.func.sum(c.bytes_out),
    }.items()
)
"""What is asked of the database; all of it whole numbers."""

ALL_TOKENS = reduce(add, (sa.func.coalesce(sa.func.sum(c[name]), 0) for name in TOKENS[:-1]))
"""By which groups are ordered."""


def figures(row: Mapping[str, Any]) -> Figures:
    """The sums of a row that was selected with ``SUMS``."""
    sums = {column.name: None if row[column.name] is None else int(row[column.name]) for column in SUMS}
    unknown = None if sums["answered"] else 0
    tokens = {name: unknown if sums[name] is None else sums[name] for name in TOKENS}
    writes = [value for value in (tokens["cache_write_5m"], tokens["cache_write_1h"]) if value is not None]
    return Figures(
        requests=sums["requests"] or 0,
        rounds=sums["rounds"] or 0,
        errors=sums["errors"] or 0,
        left=sums["left"] or 0,
        **{f"{name}_tokens": value for name, value in tokens.items()},
        cache_write_tokens=sum(writes) if writes else None,
        unmetered=sums["unmetered"] or 0,
        cost=_ratio(sums["cost"], MONEY, unknown),
        default_cost=_ratio(sums["default_cost"], MONEY, unknown),
        unpriced=sums["unpriced"] or 0,
        cache_hits=sums["hits"] or 0,
        first_ms=_ratio(sums["first"], MILLI * (sums["firsts"] or 0)),
        took_ms=_ratio(sums["took"], MILLI * (sums["requests"] or 0)),
        tokens_per_second=_ratio(sums["spoken"], (sums["speaking"] or 0) / 1e6),
        bytes_in=sums["bytes_in"] or 0,
        bytes_out=sums["bytes_out"] or 0,
    )


def _ratio(value: int | None, by: float, otherwise: float | None = None) -> float | None:
    return otherwise if value is None or not by else value / by
