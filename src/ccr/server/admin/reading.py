"""What the parts that read the ledger have in common: how it is asked, and in what form it answers."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, Literal

from fastapi import Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from ccr.errors import BadRequest, NoRoute, RouterError
from ccr.server.admin.api import Service
from ccr.telemetry.ledger.database import Unusable
from ccr.telemetry.ledger.export import csv_lines, json_lines
from ccr.telemetry.ledger.filters import Filter
from ccr.telemetry.ledger.moments import moment, offset
from ccr.telemetry.ledger.queries import Queries

TIME = "7d, 24h, today, yesterday, 2026-11-01, 2026-11-01T09:30, or seconds since 1970"
PIECE = 200
"""Lines that are sent at once."""

Format = Literal["json", "csv", "jsonl"]
TYPES: Mapping[str, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


class Away(RouterError):
    """The ledger cannot be read now."""

    status = 503


class Asked(BaseModel):
    """Which requests are meant; what is not given may be anything."""

    since: str = Field("", description=TIME)
    until: str = Field("", description=f"{TIME}; a day is meant with its end")
    tz: str = Field("", description="Where days begin, such as +02:00; UTC when not given")
    provider: str | None = None
    model: str | None = None
    session: str | None = None
    project: str | None = None
    agent: str | None = None
    key: str | None = Field(None, description="The name of the client's key")
    providerKey: str | None = Field(None, description="The label of the provider's key")  # noqa: N815
    route: str | None = None
    error: str | None = Field(None, description="The class of an error, such as Overloaded")
    status: str | None = Field(None, description="ok, error, left, 4xx, 5xx, or the status itself")

    @property
    def offset(self) -> int:
        """Minutes east of Greenwich. Raises ``ValueError``, as ``filter`` does."""
        return offset(self.tz)

    def filter(self) -> Filter:
        given = self.model_dump(exclude={"since", "until", "tz", "key", "providerKey"})
        names = {name: value for name, value in given.items() if name in Filter.__struct_fields__}
        now, east = time.time(), self.offset
        return Filter(
            since=moment(self.since, now, east) if self.since else None,
            until=moment(self.until, now, east, end=True) if self.until else None,
            client=self.key,
            key=self.providerKey,
            **names,
        )


@contextmanager
def asking(service: Service) -> Iterator[Queries]:
    """The ledger, to be asked; rows that wait have been written. Blocking; tells in words what goes wrong."""
    ledger = service.services.ledger
    if ledger.database is None:
        raise NoRoute("The ledger is off: nothing is written while Ledger.enabled is false.")
    ledger.flush(timeout=1.0)
    try:
        yield Queries(ledger.database, lenient=True)
    except Unusable as error:
        raise Away(f"The ledger cannot be read: {error}") from None
    except ValueError as error:
        raise BadRequest(str(error)) from None


def exported(form: Format, rows: Iterable[Mapping[str, Any]], names: Iterable[str], name: str) -> Response:
    """Rows as a file that is sent while it is read. What fails before the first row is raised."""
    lines = csv_lines(rows, names) if form == "csv" else json_lines(rows)
    begun = list(islice(lines, PIECE))
    headers = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    return StreamingResponse(_pieces(chain(begun, lines)), media_type=TYPES[form], headers=headers)


def _pieces(lines: Iterator[str]) -> Iterator[str]:
    while piece := "".join(islice(lines, PIECE)):
        yield piece
