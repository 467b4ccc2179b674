"""One line a request, made of its row when it is over: a sink of the meter, in its thread.

A batch of rows is one record of Python's logging, whose ``lines`` the log's thread calls: a record for each
would cost more than its line.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from ccr.telemetry.logs.lines import Ready, iso, name_of
from ccr.telemetry.record import Record

log = logging.getLogger("ccr.request")

Redact = Callable[[str], str]


class RequestLine(Ready, frozen=True, omit_defaults=True, gc=False):
    """What is known of a request that is over: the columns of its row, but for what the ledger alone has."""

    session: str | None = None
    client: str | None = None
    agent: str | None = None
    asked: str | None = None
    route: str | None = None
    provider: str | None = None
    model: str | None = None
    key: str | None = None
    attempts: int | None = None
    status: int | None = None
    first_ms: float | None = None
    took_ms: float | None = None
    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    cache_write_5m: int | None = None
    cache_write_1h: int | None = None
    reasoning: int | None = None
    cost: float | None = None
    bytes_in: int | None = None
    bytes_out: int | None = None
    stream: bool | None = None
    parent: str | None = None
    error: str | None = None
    message: str | None = None
    cache: str | None = None


_COLUMNS = RequestLine.__struct_fields__[len(Ready.__struct_fields__) :]
_line: Callable[..., RequestLine] = RequestLine  # by position: rows and names come as tuples
_names, _figures = attrgetter(*_COLUMNS[:8]), attrgetter(*_COLUMNS[8:21])


class RequestLog:
    """Failures of ours and of providers are warnings."""

    def take(self, records: Sequence[Record], refusals: Sequence[object]) -> None:
        """Logs each row. Refused requests were told of when they were."""
        del refusals
        for level, rows in groupby(records, level_of):
            if log.isEnabledFor(level):
                told = list(rows)
                log.log(level, "%d requests are over", len(told), extra={"lines": Lines(told, level)})

    def close(self) -> None: ...


def level_of(record: Record) -> int:
    """How bad it is, as Python's logging counts."""
    return logging.WARNING if record.status >= 500 or record.status == 0 else logging.INFO


class Lines:
    """The lines of some rows."""

    def __init__(self, records: Sequence[Record], level: int) -> None:
        self._records, self._level = records, name_of(level)

    def __call__(self, redact: Redact) -> list[Ready]:
        """``redact`` takes secrets out of what others have named."""
        known: dict[tuple[str, ...], Names] = {}
        lines: list[Ready] = []
        for record in self._records:
            said = _names(record)
            if (names := known.get(said)) is None:
                names = known[said] = names_of(said, redact)
            lines.append(line_of(record, self._level, names, redact))
        return lines


class Names(NamedTuple):
    """What clients and files call things, without secrets: as columns, and as the line words it."""

    columns: tuple[str | None, ...]
    words: str


def names_of(said: tuple[str, ...], redact: Redact) -> Names:
    """Of the first columns of a row: the same in many."""
    columns = tuple(redact(name) if name else None for name in said)
    *_, route, provider, model, _ = columns
    where = f"{provider},{model or ''}" if provider else "no provider"
    return Names(columns, f"{where} by {route or 'no rule'}")


def line_of(record: Record, level: str, names: Names, redact: Redact) -> RequestLine:
    """The line of a row; its time is when the request was over."""
    seconds = record.took_ms / 1000
    message = redact(record.message) if record.message else ""
    why = f" {record.error}: {message}" if record.error else ""
    return _line(
        iso(record.at + seconds),
        level,
        "request",
        record.id,
        f"{record.status} {names.words} in {seconds:.2f} s{why}",
        *names.columns,
        *_figures(record),
        record.stream or None,
        record.parent or None,
        record.error or None,
        message or None,
        record.cache or None,
    )
