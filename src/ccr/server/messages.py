"""``POST /v1/messages``: one request from its first byte to its last."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable

from starlette.types import Receive, Scope, Send

from ccr.anthropic.ids import new_request
from ccr.errors import NO_HEADERS, Draining, ProxyFault, RouterError
from ccr.exchange import Exchange
from ccr.gateway import Gateway
from ccr.server.admission import ClientLeft, read_exchange
from ccr.server.connection import Begin, Plain, Turn, turn_of
from ccr.server.delivery import SHUT_DOWN, Stream, deliver_error, deliver_message
from ccr.server.heads import route_headers
from ccr.server.route import deliver_decision, is_dry_run
from ccr.telemetry.active import REQUEST, Active
from ccr.upstream.attempt import Answer
from ccr.upstream.sharing import Place

log = logging.getLogger("ccr.request")


class Messages:
    """The endpoint, as an ASGI application."""

    def __init__(self, gateway: Gateway, active: Active) -> None:
        self._gateway = gateway
        self._active = active

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange | None = None
        try:
            exchange = await read_exchange(scope, receive, self._gateway.settings, self._gateway.parser)
            turn, dry = turn_of(scope, receive, send), is_dry_run(exchange)
            exchange.holders = 0 if dry else 1
            self._active.add(exchange)
            if dry:
                await deliver_decision(turn.begin, exchange, self._gateway)
            else:
                await self._serve(exchange, turn, send)
        except ClientLeft:
            return
        except RouterError as error:
            await self._failed(send, exchange, error)
            error.forget()
        except Exception:
            log.exception("unexpected failure")
            fault = ProxyFault("The router failed on this request; its log says why.")
            await self._failed(send, exchange, fault)
        finally:
            if exchange is not None:
                if exchange.holders:
                    self._gateway.over(exchange)
                self._active.remove(exchange)

    async def _failed(self, send: Send, exchange: Exchange | None, error: RouterError) -> None:
        if exchange is not None:
            exchange.error = error
            await fail(send, exchange, error)
        else:
            request_id = new_request()
            self._gateway.services.refused(error, request_id)
            await fail(send, None, error, request_id)

    async def _serve(self, exchange: Exchange, turn: Turn | Plain, send: Send) -> None:
        """Answers while watching for the client to leave: then everything is closed, the upstream first."""
        task = asyncio.current_task()
        assert task is not None
        delivered = False
        place = self._gateway.sharing.enter(exchange)

        def leave() -> None:
            exchange.left, exchange.ended = True, time.perf_counter()
            place.leave(task.cancel)

        if place.joined:
            exchange.cache = "joined"
        unwatch = turn.watch(leave)
        stream = Stream(turn.begin, send, exchange) if exchange.stream else None
        try:
            await self._answer(exchange, turn.begin, stream, place)
            delivered = not exchange.left
        except asyncio.CancelledError:
            task.uncancel()
            if exchange.left:
                log.info("%s client left", exchange.id)
            elif stream is None or not stream.begun:
                raise Draining(SHUT_DOWN) from None
        finally:
            unwatch()
            await place.done(delivered=delivered)

    async def _answer(self, exchange: Exchange, begin: Begin, stream: Stream | None, place: Place) -> None:
        def start() -> Awaitable[Answer]:
            return self._gateway.answer(exchange)

        if stream is not None:
            await stream.deliver(place.answer(start))
        else:
            await deliver_message(begin, exchange, await place.answer(start))
        if exchange.degraded:
            log.info("%s degraded: %s", exchange.id, "; ".join(exchange.degraded))


async def fail(send: Send, exchange: Exchange | None, error: RouterError, request_id: str = "") -> None:
    """Tells the client what failed. ``request_id``: of one that was refused before it was read."""
    level = logging.INFO if error.status < 500 else logging.WARNING
    if exchange is None:
        request_id, where, extra = request_id or new_request(), " refused", NO_HEADERS
        REQUEST.set(request_id)
    else:
        request_id, extra = exchange.id, route_headers(exchange)
        where = f" {exchange.target}" if exchange.target is not None else ""
    log.log(level, "%s %s%s %s", request_id, error.status, where, error.message)
    await deliver_error(send, request_id, error, extra)
