"""Requests of the past: pages of them, one with its whole story, all of them as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from ccr.errors import NoRoute
from ccr.server.admin.api import Service
from ccr.server.admin.reading import Asked, Format, asking, exported
from ccr.telemetry.ledger.filters import Filter
from ccr.telemetry.ledger.moments import written
from ccr.telemetry.ledger.queries import Queries
from ccr.telemetry.ledger.shapes import BRIEF, brief_json, record_json


class AskedRequests(Asked):
    """A page; ``after`` is that of the page before. CSV and JSON Lines hold all requests that are meant."""

    limit: int = Field(100, ge=1, le=10_000)
    after: str | None = None
    format: Format = "json"


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["requests"])

    @router.get("/api/requests", response_model=None)
    def requests(asked: Annotated[AskedRequests, Query()]) -> Response | dict[str, Any]:
        """The newest first, without their traces."""
        with asking(service) as queries:
            where = asked.filter()
            if asked.format != "json":
                rows = _rows(queries, where, asked.offset)
                return exported(asked.format, rows, ("time", *BRIEF), "requests")
            page = queries.page(where, limit=asked.limit, after=asked.after)
            return {"requests": [brief_json(one) for one in page.records], "after": page.after}

    @router.get("/api/requests/{id}")
    def request(id: str) -> dict[str, Any]:
        """One request with how it was routed, every call of a provider, and what agents asked for it."""
        with asking(service) as queries:
            if (found := queries.request(id) or service.services.ledger.recent.error(id)) is None:
                raise NoRoute(f'There is no request "{id}" in the ledger; it may be too old, or still run.')
            rounds = [brief_json(one) for one in queries.every(Filter(parent=id))]
            return {**record_json(found), "rounds": rounds}

    return router


def _rows(queries: Queries, where: Filter, offset: int) -> Iterator[dict[str, Any]]:
    for record in queries.every(where):
        yield {"time": written(record.at, offset), **brief_json(record)}
