"""``POST /v1/messages``: one request from its first byte to its last."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable

from starlette.types import Message, Receive, Scope, Send

from ccr.anthropic.ids import new_request
from ccr.errors import NO_HEADERS, Draining, ProxyFault, RouterError
from ccr.exchange import Exchange
from ccr.gateway import Gateway
from ccr.server.admission import ClientLeft, read_exchange
from ccr.server.delivery import SHUT_DOWN, Stream, deliver_error, deliver_message
from ccr.server.heads import route_headers
from ccr.server.route import deliver_decision, is_dry_run
from ccr.telemetry.active import REQUEST, Active
from ccr.upstream.attempt import Answer
from ccr.upstream.sharing import Alone, Place

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
            exchange.holders = 0 if is_dry_run(exchange) else 1
            self._active.add(exchange)
            await self._serve(exchange, receive, send)
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

    async def _serve(self, exchange: Exchange, receive: Receive, send: Send) -> None:
        """Answers while watching for the client to leave: then everything is closed, the upstream first."""
        task = asyncio.current_task()
        assert task is not None
        leaving = asyncio.get_running_loop().create_task(_received(receive))
        delivered = False
        place = Alone() if is_dry_run(exchange) else self._gateway.sharing.enter(exchange)

        def leave(_: asyncio.Task[Message]) -> None:
            exchange.left, exchange.ended = True, time.perf_counter()
            place.leave(task.cancel)

        if place.joined:
            exchange.cache = "joined"
        leaving.add_done_callback(leave)
        stream = Stream(send, exchange) if exchange.stream and not is_dry_run(exchange) else None
        try:
            await self._answer(exchange, send, stream, place)
            delivered = not exchange.left
        except asyncio.CancelledError:
            task.uncancel()
            if exchange.left:
                log.info("%s client left", exchange.id)
            elif stream is None or not stream.begun:
                raise Draining(SHUT_DOWN) from None
        finally:
            # Not cancelled: it ends by itself with the response or the connection, and that costs less.
            leaving.remove_done_callback(leave)
            await place.done(delivered=delivered)

    async def _answer(self, exchange: Exchange, send: Send, stream: Stream | None, place: Place) -> None:
        def start() -> Awaitable[Answer]:
            return self._gateway.answer(exchange)

        if is_dry_run(exchange):
            await deliver_decision(send, exchange, self._gateway)
        elif stream is not None:
            await stream.deliver(place.answer(start))
        else:
            await deliver_message(send, exchange, await place.answer(start))
        if exchange.degraded:
            log.info("%s degraded: %s", exchange.id, "; ".join(exchange.degraded))


async def _received(receive: Receive) -> Message:
    return await receive()


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
