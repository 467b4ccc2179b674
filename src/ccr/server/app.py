"""The table of paths, and the one gateway behind them."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from ccr import __version__
from ccr.anthropic.ids import new_request
from ccr.config import Settings
from ccr.errors import Draining, NoRoute, RouterError, WrongMethod
from ccr.gateway import Gateway, Part
from ccr.server import metrics
from ccr.server.admission import check_access, headers_of, read_exchange
from ccr.server.delivery import deliver_error
from ccr.server.gauges import of_process, of_providers
from ccr.server.health import Health
from ccr.server.load import CLOSING, TICKET, Load, Ticket
from ccr.server.messages import Messages, fail
from ccr.server.models import listing
from ccr.server.presets import PREFIX, Presets
from ccr.server.reload import Load as Reads
from ccr.server.reload import Outcome, Reloader
from ccr.server.route import explained
from ccr.server.tenure import Tenure
from ccr.telemetry.active import Active

log = logging.getLogger("ccr.request")


class App:
    """The ASGI application of one process."""

    def __init__(self, gateway: Gateway, active: Active | None = None) -> None:
        """``active``: where requests that run are kept, when another application shares it."""
        self.active = active or Active()
        self.services = gateway.services
        self.instance = os.environ.get("CCR_INSTANCE") or secrets.token_hex(8)
        self.load = Load(gateway.settings.process)
        self.health = Health(self)
        self.parts: dict[str, Part] = {
            "load": self.load.state,
            "state": self.services.health,
            "ledger": self.services.ledger.health,
        }
        self._tenure = Tenure(gateway, Messages(gateway, self.active))
        if (telemetry := self.services.telemetry) is not None and active is None:
            metrics_now = telemetry.figures.metrics
            metrics_now.watch(lambda: of_process(self, lambda: self.gateway.limiter))
            metrics_now.watch(lambda: of_providers(self.gateway.settings.providers, self.gateway.access))
        self._reloader: Reloader | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._api: ASGIApp | None = None
        self._presets = Presets(
            lambda: self.gateway.settings,
            lambda settings: App(Gateway(settings, services=self.services), self.active),
        )
        self._router = Router(
            [
                Route("/v1/messages/count_tokens", self._count, methods=["POST"]),
                Route("/api/route", self._route, methods=["POST"]),
                Route("/v1/models", self._models, methods=["GET"]),
                Route("/", self._hello, methods=["GET", "HEAD"]),
                Route("/health", self.health.live, methods=["GET", "HEAD"]),
                Route("/ready", self.health.ready, methods=["GET", "HEAD"]),
                Route("/metrics", self._metrics, methods=["GET"]),
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
        ticket: Ticket | None = None
        try:
            if TICKET not in scope and path.startswith(WORK):
                scope[TICKET] = ticket = self.load.enter()
            with self._tenure:
                await self._answer(path, scope, receive, send)
        except HTTPException as refused:
            what = f"{path} does not take {scope['method']}."
            await fail(send, None, WrongMethod(what, headers=refused.headers or {}))
        except Draining as refused:
            await self._refuse(path, send, refused)
        except RouterError as error:
            await fail(send, None, error)
        finally:
            if ticket is not None:
                ticket.leave()

    async def _answer(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        if path == "/v1/messages" and scope["method"] == "POST":
            await self._tenure.messages(scope, receive, send)
            return
        if path not in PUBLIC or not self.gateway.settings.apikey:
            check_access(self.gateway.settings, headers_of(scope))
        if self.load.draining and path not in TO_THE_LAST:
            raise Draining("The router is shutting down: ask again in a moment.", headers=CLOSING)
        if path.startswith(PREFIX):
            await self._presets(scope, receive, send)
        elif path.startswith("/api/") and path not in OWN:
            await (await self._admin())({**scope, "path": path}, receive, send)
        else:
            # With an "app" Starlette raises what it would else answer in plain text: a method it has not.
            await self._router({**scope, "path": path, "app": self}, receive, send)

    @property
    def gateway(self) -> Gateway:
        """What new requests are answered by."""
        return self._tenure.gateway

    def allow_reload(self, load: Reads, taken: Callable[[Settings], None] | None = None) -> None:
        """Takes new configurations from now on, as ``load`` reads them. ``taken`` is told of each."""
        self._reloader = Reloader(self, load, taken)
        self.parts["reload"] = self._reloader.state

    def ask_reload(self) -> None:
        """Reads the configuration anew, soon; to be called on the loop."""
        if self._reloader is not None:
            self._reloader.ask()

    async def reload(self) -> Outcome:
        """Reads the configuration anew and takes it, or says why not."""
        return await self._reloader.reload() if self._reloader is not None else Outcome(FIXED)

    def take(self, gateway: Gateway) -> None:
        """Answers new requests by another gateway; the one before is closed when its last request ends."""
        before, self._tenure = self._tenure, Tenure(gateway, Messages(gateway, self.active))
        self.load.bound(gateway.settings.process)
        task = asyncio.get_running_loop().create_task(before.end(before.gateway.patience))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _admin(self) -> ASGIApp:
        """Made when it is first asked for: most processes never need it. Importing takes a moment."""
        if self._api is None:
            self._api = await asyncio.to_thread(_api, self)
        return self._api

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            return
        while (await receive())["type"] == "lifespan.startup":
            await self.services.start()
            if self._reloader is not None:
                self._reloader.watch()
            await send({"type": "lifespan.startup.complete"})
        if self._reloader is not None:
            self._reloader.close()
        await self._presets.close()
        for task in self._ending:
            task.cancel()
        await asyncio.gather(*self._ending, return_exceptions=True)
        await self.gateway.close()
        await self.services.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _hello(self, _: Request) -> Response:
        return JSONResponse({"message": "Claude Code Router", "version": __version__})

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

    async def _metrics(self, request: Request) -> Response:
        if self.services.telemetry is None:
            raise NoRoute("Nothing is counted here.")
        return await metrics.page(self.services.telemetry, request.headers.get("accept", ""))

    async def _swallow(self, _: Request) -> Response:
        """Telemetry that old clients send to their base URL: taken and dropped."""
        return JSONResponse({})

    async def _nothing(self, scope: Scope, _: Receive, send: Send) -> None:
        what = f"{scope['method']} {scope['path']}"
        error = NoRoute(f"There is nothing at {what}. Claude Code talks to POST /v1/messages.")
        await deliver_error(send, new_request(), error, {})

    async def _refuse(self, path: str, send: Send, error: Draining) -> None:
        """Tells that there is no room: a storm of it is not to fill the log, too."""
        request_id = new_request()
        log.debug("%s %s refused %s", request_id, error.status, error.message)
        if path.endswith("/v1/messages"):
            self.services.refused(error, request_id)
        await deliver_error(send, request_id, error, {})


def _api(app: App) -> ASGIApp:
    from ccr.server.admin.api import build

    return build(app)


FIXED = "This service keeps the configuration it was started with."

PUBLIC = ("/", "/health", "/ready", "/api/hello")
TO_THE_LAST = (*PUBLIC, "/metrics")
"""What is told while running answers end: monitors want to see them end."""

WORK = ("/v1/", PREFIX, "/api/route")
"""What costs something: it is counted, and refused when it is too much at once."""

OWN = ("/api/hello", "/api/route", "/api/event_logging/batch")
"""What stands below ``/api/`` and is answered without the rest of it."""


def canonical(path: str) -> str:
    """The path as we know it: a base URL that already ends in ``/v1`` doubles it."""
    while path.startswith("/v1/v1/"):
        path = path[3:]
    return path.rstrip("/") or "/"
