"""One line a request, made of its row when it is over: a sink of the meter, in its thread."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import msgspec

from ccr.telemetry.record import Record

log = logging.getLogger("ccr.request")

_UNTOLD = frozenset({"id", "at", "project", "reason", "default_cost", "trace"})
"""What the line says elsewhere, or the ledger alone."""


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
    """What a line tells of a row: what is known of it."""
    return {
        name: value
        for name, value in msgspec.structs.asdict(record).items()
        if value is not None and value is not False and value != "" and name not in _UNTOLD
    }


def _words(record: Record) -> str:
    where = f"{record.provider},{record.model}" if record.provider else "no provider"
    why = f" {record.error}: {record.message}" if record.error else ""
    return f"{record.status} {where} by {record.route or 'no rule'} in {record.took_ms / 1000:.2f} s{why}"
