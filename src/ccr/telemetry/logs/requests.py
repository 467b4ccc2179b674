"""One line a request, made of its row when it is over: a sink of the meter, in its thread."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from ccr.telemetry.record import Record

log = logging.getLogger("ccr.request")

_SHOWN = (
    *("status", "error", "message", "provider", "model", "key", "route", "attempts", "asked", "stream"),
    *(
        "took_ms",
        "first_ms",
        "input",
        "output",
        "cache_read",
        "cache_write_5m",
        "cache_write_1h",
        "reasoning",
    ),
    *("cost", "cache", "session", "client", "agent", "parent", "bytes_in", "bytes_out"),
)


class RequestLog:
    """Failures of ours and of providers are warnings."""

    def take(self, records: Sequence[Record], refusals: Sequence[object]) -> None:
        """Logs each row. Refused requests were told of when they were."""
        del refusals
        if log.isEnabledFor(logging.WARNING):
            for record in records:
                level = logging.WARNING if record.status >= 500 or record.status == 0 else logging.INFO
                log.log(level, _words(record), extra={"request": record.id, "fields": fields_of(record)})

    def close(self) -> None: ...


def fields_of(record: Record) -> dict[str, Any]:
    """What a line tells of a row: all that is known of it, but its trace."""
    told = ((name, getattr(record, name)) for name in _SHOWN)
    return {name: value for name, value in told if value is not None and value is not False and value != ""}


def _words(record: Record) -> str:
    where = f"{record.provider},{record.model}" if record.provider else "no provider"
    why = f" {record.error}: {record.message}" if record.error else ""
    return f"{record.status} {where} by {record.route or 'no rule'} in {record.took_ms / 1000:.2f} s{why}"
