"""What was used and what it cost: in all, in groups, by session."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from ccr.errors import NoRoute
from ccr.server.admin.api import Service
from ccr.server.admin.reading import Asked, Format, asking, exported
from ccr.telemetry.ledger.filters import Filter
from ccr.telemetry.ledger.groups import NAMES
from ccr.telemetry.ledger.queries import Group, Queries
from ccr.telemetry.ledger.shapes import group_json, session_json, usage_json

BY = f"One or more of {', '.join(NAMES)}, with commas between"


class AskedUsage(Asked):
    """``by`` adds groups; CSV and JSON Lines hold the groups alone."""

    by: str = Field("", description=BY)
    format: Format = "json"
    limit: int = Field(10_000, ge=1, le=100_000)


class AskedSessions(Asked):
    """A page of sessions."""

    limit: int = Field(100, ge=1, le=10_000)
    skip: int = Field(0, ge=0)


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["usage"])

    @router.get("/api/usage", response_model=None)
    def usage(asked: Annotated[AskedUsage, Query()]) -> Response | dict[str, Any]:
        """Totals, and groups where ``by`` asks for them."""
        with asking(service) as queries:
            where, by = asked.filter(), [name.strip() for name in asked.by.split(",") if name.strip()]
            if asked.format != "json":
                return _exported(queries, by or ["day"], where, asked)
            told = {"since": where.since, "until": where.until}
            told |= usage_json(queries.total(where), queries.providers(where))
            return told | ({"by": by, "groups": _groups(queries, by, where, asked)} if by else {})

    @router.get("/api/usage/sessions")
    def sessions(asked: Annotated[AskedSessions, Query()]) -> dict[str, Any]:
        """Sessions, the one used last first."""
        with asking(service) as queries:
            found = queries.sessions(asked.filter(), limit=asked.limit, skip=asked.skip)
            return {"sessions": [session_json(session) for session in found]}

    @router.get("/api/usage/sessions/{session:path}")
    def session(session: str) -> dict[str, Any]:
        """One session."""
        with asking(service) as queries:
            if (found := queries.session(session)) is None:
                raise _nobody(session)
            return session_json(found)

    @router.delete("/api/usage/sessions/{session:path}")
    def forget(session: str) -> dict[str, Any]:
        """Takes all requests of a session out of the ledger."""
        with asking(service) as queries:
            if not (count := queries.forget(session)):
                raise _nobody(session)
            return {"success": True, "sessionId": session, "deletedRequests": count}

    return router


def _groups(queries: Queries, by: list[str], where: Filter, asked: AskedUsage) -> list[dict[str, Any]]:
    found: list[Group] = queries.groups(by, where, offset=asked.offset, limit=asked.limit)
    return [group_json(group) for group in found]


def _exported(queries: Queries, by: list[str], where: Filter, asked: AskedUsage) -> Response:
    rows = _groups(queries, by, where, asked)
    return exported(asked.format, rows, rows[0] if rows else by, "usage")


def _nobody(session: str) -> NoRoute:
    return NoRoute(f'Nothing was used in a session "{session}"; /api/usage/sessions tells which there are.')
