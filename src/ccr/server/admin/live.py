"""Requests as they end, as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from ccr.errors import RouterError
from ccr.server.admin.api import Service
from ccr.telemetry.ledger.recent import Feed, Recent
from ccr.telemetry.ledger.shapes import brief_json
from ccr.telemetry.record import Record
from ccr.wire import json

BEAT = 15.0
"""Seconds after which a comment says that the feed is alive: proxies close what is silent."""

LISTENERS = 100
"""Feeds at once in one process."""

HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class TooMany(RouterError):
    """Nobody else can listen."""

    status = 503


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["requests"])

    @router.get("/api/live")
    async def live() -> Response:
        """An event ``request`` for each that ends in this process, ``missed`` with a number after a gap."""
        recent = service.services.ledger.recent
        if recent.listeners >= LISTENERS:
            raise TooMany(f"{LISTENERS} listen to requests already; close one of them.")
        return StreamingResponse(events(recent), media_type="text/event-stream", headers=HEADERS)

    return router


async def events(recent: Recent, beat: float = BEAT) -> AsyncGenerator[bytes, None]:
    """The stream, until the listener leaves or the feed ends."""
    feed = recent.listen()
    try:
        yield b": listening\n\n"
        while (records := await feed.take(beat)) is not None:
            yield _missed(feed) + b"".join(map(_event, records)) or b": \n\n"
    finally:
        recent.leave(feed)


def _event(record: Record) -> bytes:
    return b"event: request\ndata: %s\n\n" % json.encode(brief_json(record))


def _missed(feed: Feed) -> bytes:
    missed, feed.missed = feed.missed, 0
    return b'event: missed\ndata: {"count":%d}\n\n' % missed if missed else b""
