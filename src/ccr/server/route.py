"""Decisions without sending: ``POST /api/route``, and ``x-ccr-dry-run: 1`` on the live endpoint."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from ccr.exchange import Exchange
from ccr.gateway import Gateway
from ccr.server.connection import Begin
from ccr.server.heads import head_of, route_headers
from ccr.wire import json

DRY_RUN = "x-ccr-dry-run"


def is_dry_run(exchange: Exchange) -> bool:
    """Whether the client wants to know the decision only."""
    return exchange.headers.get(DRY_RUN, "").lower() not in ("", "0", "false", "no")


async def explained(gateway: Gateway, exchange: Exchange) -> Response:
    """The decision on a request, as JSON (``routing.explain``); 200 also where nothing can serve it."""
    return JSONResponse(await gateway.explain(exchange))


async def deliver_decision(begin: Begin, exchange: Exchange, gateway: Gateway) -> None:
    """The same on the live endpoint, with the headers that the answer would have."""
    body = json.encode(await gateway.explain(exchange))
    if exchange.plan is not None and exchange.plan.targets:
        exchange.target = exchange.plan.targets[0]
    head = head_of(200, b"application/json", route_headers(exchange), len(body))
    await begin(head, {"type": "http.response.body", "body": body})
