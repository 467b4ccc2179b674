"""The table of paths, and the one gateway behind them."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from ccr import __version__
from ccr.errors import NoRoute, RouterError, WrongMethod
from ccr.gateway import Gateway
from ccr.server.admission import check_access, headers_of, is_local, read_exchange
from ccr.server.delivery import deliver_error
from ccr.server.messages import Messages, fail
from ccr.server.models import listing
from ccr.server.presets import PREFIX, Presets
from ccr.server.route import explained
from ccr.telemetry.active import Active
from ccr.telemetry.ledger.keeper import ledger_of


class App:
    """The ASGI application of one process."""

    def __init__(self, gateway: Gateway, active: Active | None = None) -> None:
        """``active``: where requests that run are kept, when another application shares it."""
        self.gateway = gateway
        self.active = active or Active()
        self.ledger = ledger_of(gateway.settings)
        self.instance = os.environ.get("CCR_INSTANCE") or secrets.token_hex(8)
        self._started = time.time()
        self._messages = Messages(gateway, self.active)
        self._api: ASGIApp | None = None
        self._presets = Presets(
            lambda: self.gateway.settings, lambda settings: App(Gateway(settings), self.active)
        )
        self._router = Router(
            [
                Route("/v1/messages/count_tokens", self._count, methods=["POST"]),
                Route("/api/route", self._route, methods=["POST"]),
                Route("/v1/models", self._models, methods=["GET"]),
                Route("/", self._hello, methods=["GET", "HEAD"]),
                Route("/health", self._health, methods=["GET", "HEAD"]),
                Route("/api/hello", self._hello, methods=["GET", "HEAD"]),
                Route("/api/event_logging/batch", self._swallow, methods=["POST"]),
            ],
            default=self._nothing,
            redirect_slashes=False,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._lifespan(scope, receive, send)
        path = canonical(scope["path"])
        if path == "/v1/messages" and scope["method"] == "POST":
            return await self._messages(scope, receive, send)
        try:
            if path not in PUBLIC or not self.gateway.settings.apikey:
                check_access(self.gateway.settings, headers_of(scope))
            if path.startswith(PREFIX):
                return await self._presets(scope, receive, send)
            if path.startswith("/api/") and path not in OWN:
                return await (await self._admin())({**scope, "path": path}, receive, send)
            # With an "app" Starlette raises what it would else answer in plain text: a method it has not.
            await self._router({**scope, "path": path, "app": self}, receive, send)
        except HTTPException as refused:
            what = f"{path} does not take {scope['method']}."
            await fail(send, None, WrongMethod(what, headers=refused.headers or {}))
        except RouterError as error:
            await fail(send, None, error)

    async def _admin(self) -> ASGIApp:
        """Made when it is first asked for: most processes never need it. Importing takes a moment."""
        if self._api is None:
            self._api = await asyncio.to_thread(_api, self)
        return self._api

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            return
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await self._presets.close()
        await self.gateway.close()
        await asyncio.to_thread(self.ledger.close)
        await send({"type": "lifespan.shutdown.complete"})

    async def _hello(self, _: Request) -> Response:
        return JSONResponse({"message": "Claude Code Router", "version": __version__})

    async def _health(self, request: Request) -> Response:
        near = request.client is not None and is_local(request.client.host)
        return JSONResponse(self.health(near=near and "x-forwarded-for" not in request.headers))

    def health(self, *, near: bool) -> dict[str, Any]:
        """Who answers here: how the command line, which is ``near``, tells its own service from others."""
        known = {"status": "ok", "service": "claude-code-router", "version": __version__}
        if not near:
            return known
        return known | {
            "instance": self.instance,
            "pid": os.getpid(),
            "config": str(self.gateway.settings.path),
            "tasks": len(asyncio.all_tasks()),
            "uptime_seconds": round(time.time() - self._started, 1),
        }

    async def _models(self, request: Request) -> Response:
        picker = request.headers.get("user-agent", "").startswith(("claude-code/", "claude-cli/"))
        return JSONResponse(listing(self.gateway.settings, picker=picker))

    async def _count(self, request: Request) -> Response:
        exchange = await read_exchange(
            request.scope, request.receive, self.gateway.settings, self.gateway.parser
        )
        return JSONResponse({"input_tokens": await self.gateway.count(exchange)})

    async def _route(self, request: Request) -> Response:
        exchange = await read_exchange(
            request.scope, request.receive, self.gateway.settings, self.gateway.parser
        )
        return await explained(self.gateway, exchange)

    async def _swallow(self, _: Request) -> Response:
        """Telemetry that old clients send to their base URL: taken and dropped."""
        return JSONResponse({})

    async def _nothing(self, scope: Scope, _: Receive, send: Send) -> None:
        what = f"{scope['method']} {scope['path']}"
        error = NoRoute(f"There is nothing at {what}. Claude Code talks to POST /v1/messages.")
        await deliver_error(send, "req_none", error, {})


def _api(app: App) -> ASGIApp:
    from ccr.server.admin.api import build

    return build(app)


PUBLIC = ("/", "/health", "/api/hello")
OWN = ("/api/hello", "/api/route", "/api/event_logging/batch")
"""What stands below ``/api/`` and is answered without the rest of it."""


def canonical(path: str) -> str:
    """The path as we know it: a base URL that already ends in ``/v1`` doubles it."""
    while path.startswith("/v1/v1/"):
        path = path[3:]
    return path.rstrip("/") or "/"
