"""``POST /v1/messages``: one request from its first byte to its last."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable

from starlette.types import Message, Receive, Scope, Send

from ccr.errors import NO_HEADERS, Draining, ProxyFault, RouterError
from ccr.exchange import Exchange
from ccr.gateway import Gateway
from ccr.server.admission import ClientLeft, read_exchange
from ccr.server.delivery import SHUT_DOWN, Stream, deliver_error, deliver_message
from ccr.server.heads import route_headers
from ccr.server.route import deliver_decision, is_dry_run
from ccr.telemetry.active import Active
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
            self._active.add(exchange)
            await self._serve(exchange, receive, send)
        except ClientLeft:
            return
        except RouterError as error:
            if exchange is None or exchange.plan is None:
                self._gateway.services.refused(error)
            await fail(send, exchange, error)
            error.forget()
        except Exception:
            log.exception("unexpected failure")
            fault = ProxyFault("The router failed on this request; its log says why.")
            if exchange is None or exchange.plan is None:
                self._gateway.services.refused(fault)
            await fail(send, exchange, fault)
        finally:
            if exchange is not None:
                self._active.remove(exchange)

    async def _serve(self, exchange: Exchange, receive: Receive, send: Send) -> None:
        """Answers while watching for the client to leave: then everything is closed, the upstream first."""
        task = asyncio.current_task()
        assert task is not None
        leaving = asyncio.get_running_loop().create_task(_received(receive))
        left = delivered = False
        place = Alone() if is_dry_run(exchange) else self._gateway.sharing.enter(exchange)

        def leave(_: asyncio.Task[Message]) -> None:
            nonlocal left
            left = True
            place.leave(task.cancel)

        leaving.add_done_callback(leave)
        stream = Stream(send, exchange) if exchange.stream and not is_dry_run(exchange) else None
        try:
            await self._answer(exchange, send, stream, place)
            delivered = not left
        except RouterError as error:
            exchange.error = error
            raise
        except asyncio.CancelledError:
            task.uncancel()
            if left:
                log.info("%s client left", exchange.id)
            elif stream is None or not stream.begun:
                raise Draining(SHUT_DOWN) from None
        finally:
            # Not cancelled: it ends by itself with the response or the connection, and that costs less.
            leaving.remove_done_callback(leave)
            await place.done(delivered=delivered)
            if place.joined:
                self._gateway.joined(exchange, left=left)

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


async def fail(send: Send, exchange: Exchange | None, error: RouterError) -> None:
    """Tells the client what failed."""
    level = logging.INFO if error.status < 500 else logging.WARNING
    request_id = exchange.id if exchange is not None else ""
    where = f" {exchange.target}" if exchange is not None and exchange.target is not None else ""
    log.log(level, "%s %s%s %s", request_id or "refused", error.status, where, error.message)
    extra = route_headers(exchange) if exchange is not None else NO_HEADERS
    await deliver_error(send, request_id or "req_none", error, extra)
