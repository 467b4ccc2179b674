"""Reads and clears the log files, and nothing beside them; tells which requests run."""

from __future__ import annotations

import os
import time
from collections import deque
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from ccr.config import Settings
from ccr.errors import BadRequest, NoRoute
from ccr.server.admin.api import Service
from ccr.telemetry.active import state_of
from ccr.telemetry.logs.reading import Wanted, files_in, inside, lines_of, moment
from ccr.telemetry.logs.setup import APPLICATION

NAMED = "A name of /api/logs/files, or its path"

CLEARED = {"success": True, "message": "Logs cleared successfully"}


class Asked(BaseModel):
    """Which lines of which file; ``page`` 1 are the last ones."""

    file: str = Field(APPLICATION, description=NAMED)
    level: Literal["trace", "debug", "info", "warn", "error", "fatal"] = "trace"
    since: str = Field("", description='Such as "10m", or a time')
    request: str = Field("", description="The id of a request")
    search: str = ""
    limit: int = Field(1_000, ge=1, le=100_000)
    page: int = Field(1, ge=1, le=10_000)


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["logs"])

    @router.get("/api/logs/files")
    def files() -> list[dict[str, Any]]:
        """The log files, the newest first."""
        return [
            {
                "name": one.path.name,
                "path": str(one.path),
                "size": one.size,
                "lastModified": _iso(one.changed),
            }
            for one in files_in(folder_of(service.gateway.settings))
        ]

    @router.get("/api/logs")
    def lines(response: Response, asked: Annotated[Asked, Query()]) -> list[str]:
        """Lines of a file as they stand, in order; header ``x-total-count`` says how many fit in all."""
        path = _existing(service.gateway.settings, asked.file)
        wanted = Wanted(asked.level, _moment(asked.since), asked.request, asked.search)
        kept, total = _page(path, wanted, asked.limit, asked.page) if path is not None else ([], 0)
        response.headers["x-total-count"] = str(total)
        return kept

    @router.delete("/api/logs")
    def clear(file: Annotated[str, Query(description=NAMED)] = APPLICATION) -> dict[str, Any]:
        """Empties a file."""
        if (path := _existing(service.gateway.settings, file)) is not None:
            os.truncate(path, 0) if path.suffix != ".gz" else path.unlink(missing_ok=True)
        return CLEARED

    @router.delete("/api/logs/files/{name}")
    def remove(name: str) -> dict[str, Any]:
        """Removes a file; one that is being written begins anew."""
        if (path := _existing(service.gateway.settings, name)) is None:
            raise NoRoute(f'There is no log "{name}"; /api/logs/files tells which there are.')
        path.unlink(missing_ok=True)
        return CLEARED

    @router.get("/api/requests/active")
    async def active() -> list[dict[str, Any]]:
        """The requests that run in this process, the oldest first."""
        stuck_after = service.gateway.settings.logs.pace.stream_seconds
        return [state_of(exchange, stuck_after) for exchange in service.active.running()]

    return router


def folder_of(settings: Settings) -> Path:
    """Where the logs are."""
    return settings.path.parent / settings.logs.folder


def _existing(settings: Settings, name: str) -> Path | None:
    """The file; None where there is none of that name. Raises ``BadRequest`` for what leads elsewhere."""
    folder = folder_of(settings)
    if (path := inside(folder, name)) is not None:
        return path
    if Path(name).name != name and Path(name).parent.resolve() != folder.resolve():
        raise BadRequest(f"file: {name} is no log of {folder}; /api/logs/files tells which there are.")
    return None


def _page(path: Path, wanted: Wanted, limit: int, page: int) -> tuple[list[str], int]:
    kept: deque[str] = deque(maxlen=limit * page)
    total = 0
    for line in lines_of(path, wanted):
        total += 1
        kept.append(line)
    size = min(limit, max(total - limit * (page - 1), 0))
    return list(islice(kept, size)), total


def _moment(since: str) -> float:
    try:
        return moment(since, time.time())
    except ValueError as error:
        raise BadRequest(f"since: {error}.") from None


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
