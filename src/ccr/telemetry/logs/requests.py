"""One line a request, made of its row when it is over: a sink of the meter, in its thread.

A batch of rows is one record of Python's logging, whose ``lines`` the log's thread calls: a record for each
would cost more than its line.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from ccr.telemetry.logs.lines import Clean, Line, iso, name_of
from ccr.telemetry.record import Record

log = logging.getLogger("ccr.request")

Redact = Callable[[str], str]

_NAMES = ("session", "client", "agent", "asked", "route", "provider", "model", "key")
"""What clients and the configuration's files call things."""

_FIGURES = (
    *("attempts", "status", "first_ms", "took_ms", "input", "output", "cache_read", "cache_write_5m"),
    *("cache_write_1h", "reasoning", "cost", "bytes_in", "bytes_out"),
)

_SELDOM = ("parent", "error", "cache")

_names, _figures = attrgetter(*_NAMES), attrgetter(*_FIGURES)


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

    def __call__(self, redact: Redact) -> list[Line]:
        """``redact`` takes secrets out of names; it is asked for the same ones again and again."""
        return [line_of(record, self._level, redact) for record in self._records]


def line_of(record: Record, level: str, redact: Redact) -> Line:
    """What is known of a request that is over; its time is that of its end."""
    names = {name: redact(said) for name, said in zip(_NAMES, _names(record), strict=True) if said}
    message = redact(record.message) if record.message else ""
    line = Clean(
        time=iso(record.at + record.took_ms / 1000),
        level=level,
        log="request",
        reqId=record.id,
        msg=_words(record, names, message),
        **names,
    )
    for name, figure in zip(_FIGURES, _figures(record), strict=True):
        if figure is not None:
            line[name] = figure
    if record.stream:
        line["stream"] = True
    line.update((name, said) for name in _SELDOM if (said := getattr(record, name)))
    if message:
        line["message"] = message
    return line


def _words(record: Record, names: Mapping[str, str], message: str) -> str:
    where = f"{names['provider']},{names.get('model', '')}" if "provider" in names else "no provider"
    why = f" {record.error}: {message}" if record.error else ""
    return f"{record.status} {where} by {names.get('route', 'no rule')} in {record.took_ms / 1000:.2f} s{why}"
