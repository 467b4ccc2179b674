"""The columns of ``ccr_requests``, and how a record becomes a row and a row a record.

All figures are integers, so that sums are exact and the same in every database: times in microseconds,
money in 10⁻¹² US dollars. NULL: not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ccr.telemetry.record import Record, Trace
from ccr.wire import json

TABLE = "ccr_requests"

Kind = Literal["text", "whole", "micro", "milli", "money", "flag", "json"]

COLUMNS: dict[str, tuple[str, Kind]] = {
    "id": ("id", "text"),
    "parent": ("parent", "text"),
    "at": ("at_us", "micro"),
    "session": ("session", "text"),
    "project": ("project", "text"),
    "agent": ("agent", "text"),
    "client": ("client", "text"),
    "asked": ("asked", "text"),
    "route": ("route", "text"),
    "reason": ("reason", "text"),
    "provider": ("provider", "text"),
    "model": ("model", "text"),
    "key": ("provider_key", "text"),
    "attempts": ("attempts", "whole"),
    "status": ("status", "whole"),
    "error": ("error", "text"),
    "message": ("message", "text"),
    "stream": ("stream", "flag"),
    "first_ms": ("first_us", "milli"),
    "took_ms": ("took_us", "milli"),
    "flow_ms": ("flow_us", "milli"),
    "input": ("input", "whole"),
    "output": ("output", "whole"),
    "cache_read": ("cache_read", "whole"),
    "cache_write_5m": ("cache_write_5m", "whole"),
    "cache_write_1h": ("cache_write_1h", "whole"),
    "reasoning": ("reasoning", "whole"),
    "cost": ("cost_pico", "money"),
    "default_cost": ("default_cost_pico", "money"),
    "cache": ("cache", "text"),
    "bytes_in": ("bytes_in", "whole"),
    "bytes_out": ("bytes_out", "whole"),
    "trace": ("trace", "json"),
}
"""By field of ``Record``: the column and what it holds."""

NAMES = tuple(name for name, _ in COLUMNS.values())
LONGEST_MESSAGE = 2_000

MICRO, MILLI, MONEY = 1e6, 1e3, 1e12
SCALE: Mapping[Kind, float] = {"micro": MICRO, "milli": MILLI, "money": MONEY}


def insert(mark: str) -> str:
    """The statement that adds a row; ``mark`` stands for a value. A row that is there already stays."""
    marks = ", ".join([mark] * len(NAMES))
    return f"INSERT INTO {TABLE} ({', '.join(NAMES)}) VALUES ({marks}) ON CONFLICT (at_us, id) DO NOTHING"  # noqa: S608


def row(r: Record) -> tuple[Any, ...]:
    """The values of a record, in the order of ``NAMES``. Spelled out: it is done for every request."""
    return (
        r.id,
        r.parent,
        round(r.at * MICRO),
        r.session,
        r.project,
        r.agent,
        r.client,
        r.asked,
        r.route,
        r.reason,
        r.provider,
        r.model,
        r.key,
        r.attempts,
        r.status,
        r.error,
        r.message[:LONGEST_MESSAGE],
        int(r.stream),
        None if r.first_ms is None else round(r.first_ms * MILLI),
        round(r.took_ms * MILLI),
        None if r.flow_ms is None else round(r.flow_ms * MILLI),
        r.input,
        r.output,
        r.cache_read,
        r.cache_write_5m,
        r.cache_write_1h,
        r.reasoning,
        None if r.cost is None else round(r.cost * MONEY),
        None if r.default_cost is None else round(r.default_cost * MONEY),
        r.cache,
        r.bytes_in,
        r.bytes_out,
        r.trace.data.decode() if type(r.trace) is Trace else json.encode(r.trace).decode() if r.trace else "",
    )


def clean(values: Sequence[Any]) -> tuple[Any, ...]:
    """A row that a database would not take, without what none takes: lone surrogates and NUL."""
    return tuple(_clean(value) if isinstance(value, str) else value for value in values)


def record(values: Sequence[Any]) -> Record:
    """The record of a row, whose values are in the order of ``NAMES``."""
    kinds = ((field, kind) for field, (_, kind) in COLUMNS.items())
    return Record(**{field: read(kind, value) for (field, kind), value in zip(kinds, values, strict=True)})


def read(kind: Kind, value: Any) -> Any:
    """What a value of the database says, in the units of ``Record``."""
    if value is None:
        return None
    if kind == "flag":
        return bool(value)
    if kind == "json":
        return json.decode(value) if value else {}
    return value / SCALE[kind] if kind in SCALE else value


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()
