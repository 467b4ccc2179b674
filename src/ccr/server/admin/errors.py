"""What goes wrong: counted by kind, over windows of time, and the newest one by one."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from math import inf
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from pydantic import Field

from ccr.errors import NoRoute
from ccr.server.admin.api import Service
from ccr.server.admin.reading import TIME, Asked, Away, asking
from ccr.telemetry.ledger.filters import Filter
from ccr.telemetry.ledger.queries import Queries
from ccr.telemetry.ledger.recent import ERRORS
from ccr.telemetry.ledger.shapes import brief_json, window_json
from ccr.telemetry.record import Record

KINDS = {"byClass": "error", "byProvider": "provider", "byModel": "model", "byStatus": "status"}


class AskedErrors(Asked):
    """``since`` is a day ago when not given; it does not bound the trend."""

    since: str = Field("24h", description=TIME)
    limit: int = Field(100, ge=0, le=ERRORS)


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["errors"])

    @router.get("/api/errors")
    def errors(asked: Annotated[AskedErrors, Query()]) -> dict[str, Any]:
        """Statistics, trend and history; while the ledger cannot be read, of what this process remembers."""
        recent = service.services.ledger.recent
        try:
            with asking(service) as queries:
                where = _failed(asked.filter())
                refused = _rowless(list(recent.errors), where)
                told = _counted(queries, where) | {"refused": Counter(one.error for one in refused)}
                told["trend"] = _trend(queries, asked.filter())
                history = [*queries.page(where, limit=max(asked.limit, 1)).records, *refused]
                return {"source": "ledger", **told, "recent": _told(history, asked.limit)}
        except (Away, NoRoute):
            told = _of_memory(remembered := list(recent.errors))
            return {"source": "memory", **told, "trend": None, "recent": _told(remembered, asked.limit)}

    return router


def _failed(where: Filter) -> Filter:
    return msgspec.structs.replace(where, status=where.status or "error")


def _trend(queries: Queries, where: Filter) -> list[dict[str, Any]]:
    always = msgspec.structs.replace(where, since=None, until=None, status=None)
    return [window_json(window) for window in queries.trend(time.time(), always)]


def _counted(queries: Queries, where: Filter) -> dict[str, Any]:
    groups = {name: queries.groups([by], where) for name, by in KINDS.items()}
    counted = {
        name: {group.of[KINDS[name]]: group.figures.requests for group in found}
        for name, found in groups.items()
    }
    return {"total": sum(counted["byClass"].values()), **counted}


def _of_memory(errors: Iterable[Record]) -> dict[str, Any]:
    errors = list(errors)
    return {
        "total": len(errors),
        "byClass": Counter(one.error for one in errors),
        "byProvider": Counter(one.provider for one in errors),
        "byModel": Counter(f"{one.provider},{one.model}" if one.model else "" for one in errors),
        "byStatus": Counter(str(one.status) for one in errors),
        "refused": Counter(one.error for one in errors if not one.route),
    }


def _rowless(remembered: Iterable[Record], where: Filter) -> list[Record]:
    """Those that are not in the ledger: requests that were refused before they were routed."""
    if not _is_plain(where):
        return []
    since, until = where.since or 0, where.until or inf
    return [one for one in remembered if not one.route and since <= one.at < until]


def _is_plain(where: Filter) -> bool:
    """Whether nothing is asked of requests but their time: what has no row has nothing else."""
    return where == Filter(since=where.since, until=where.until, status="error")


def _told(errors: Iterable[Record], limit: int) -> list[dict[str, Any]]:
    newest = sorted(errors, key=lambda one: one.at, reverse=True)[:limit]
    return [brief_json(one) for one in newest]
