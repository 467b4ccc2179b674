"""Writes an answer to the client: SSE with pings, or one JSON message.

The head is held until the answer is known to be good, at most ``HOLD`` seconds; then it goes out with a ping,
and what fails later is an ``error`` event. One timer does both this and the pings: no work per chunk.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping

from starlette.types import Message, Send

from ccr.anthropic.events import PING, Batch, Opaque, sse
from ccr.anthropic.message import Assembler, replay
from ccr.errors import Draining, ProxyFault, RouterError
from ccr.exchange import Exchange
from ccr.server.connection import Begin
from ccr.server.heads import answer_head, head_of
from ccr.upstream.attempt import Answer
from ccr.wire import json

log = logging.getLogger("ccr.request")

HOLD = 15.0
"""Seconds until the head goes out in any case; the client waits 600 for it (claude-code.md §9)."""

SHUT_DOWN = "The router is shutting down and did not wait any longer for this answer."

QUIET = 5.0
"""Seconds without a byte after which a ping is sent."""


class Stream:
    """An SSE answer in the making."""

    def __init__(self, begin: Begin, send: Send, exchange: Exchange) -> None:
        self._begin = begin
        self._send = send
        self._exchange = exchange
        self._loop = asyncio.get_running_loop()
        self.begun = False
        self._ended = False
        self._last = self._loop.time()
        self._pinging: asyncio.Task[None] | None = None
        self._timer = self._loop.call_later(HOLD, self._tick)

    async def deliver(self, answer: Awaitable[Answer]) -> None:
        """Waits for the answer and writes it. Raises what failed while no byte had gone out."""
        try:
            found = await answer
            try:
                await self._relay(found)
            finally:
                await found.batches.aclose()
            await self._end(b"")
        except RouterError as error:
            if not self.begun:
                raise
            self._exchange.error = error
            await self._end(error_event(error, self._exchange.id))
            error.forget()
        except asyncio.CancelledError:
            if self.begun:  # a client that left hears nothing of it
                self._exchange.error = Draining(SHUT_DOWN)
                await self._end(error_event(self._exchange.error, self._exchange.id))
            raise
        except Exception:
            if not self.begun:
                raise
            log.exception("%s failed after its head", self._exchange.id)
            self._exchange.error = ProxyFault("The router failed on this request.")
            await self._end(error_event(self._exchange.error, self._exchange.id))
        finally:
            self._timer.cancel()
            if self._pinging is not None:
                self._pinging.cancel()

    async def _relay(self, answer: Answer) -> None:
        send, now = self._send, self._loop.time
        async for batch in answer.batches:
            if data := encoded(batch):
                self._last = now()
                message = {"type": "http.response.body", "body": data, "more_body": True}
                await (send(message) if self.begun else self._first(message, answer))

    async def _first(self, message: Message, answer: Answer | None = None) -> None:
        """Sends the head, and what comes first."""
        self.begun = True
        self._timer.cancel()
        self._timer = self._loop.call_later(QUIET, self._tick)
        head = answer_head(200, b"text/event-stream; charset=utf-8", self._exchange, answer)
        await self._begin(head, message)

    async def _end(self, data: bytes) -> None:
        self._ended = True
        message = {"type": "http.response.body", "body": data}
        await (self._send(message) if self.begun else self._first(message))

    async def _ping(self) -> None:
        if not self._ended:
            self._last = self._loop.time()
            message = {"type": "http.response.body", "body": PING, "more_body": True}
            await (self._send(message) if self.begun else self._first(message))

    def _tick(self) -> None:
        quiet = self._loop.time() - self._last
        if (not self.begun or quiet >= QUIET * 0.99) and (self._pinging is None or self._pinging.done()):
            self._pinging = self._loop.create_task(self._ping())
            quiet = 0.0
        self._timer = self._loop.call_later(max(QUIET - quiet, 0.05), self._tick)


def encoded(batch: Batch) -> bytes:
    """A batch as it goes out. A JSON message that came instead of a stream is unfolded into one."""
    if len(batch) == 1 and not isinstance(batch[0], Opaque):
        return sse(batch[0])
    return b"".join(
        [
            encoded(replay(json.decode(event.raw)))
            if isinstance(event, Opaque) and event.name == "message"
            else sse(event)
            for event in batch
        ]
    )


def error_event(error: RouterError, request_id: str) -> bytes:
    """A failure after the head is out."""
    return b"event: error\ndata: " + error.body(request_id).translate(None, b"\r\n") + b"\n\n"


async def deliver_message(begin: Begin, exchange: Exchange, answer: Answer) -> None:
    """Writes the answer as one JSON body. Raises what fails before that."""
    body = await whole(answer)
    head = answer_head(200, b"application/json", exchange, answer, len(body))
    await begin(head, {"type": "http.response.body", "body": body})


async def whole(answer: Answer) -> bytes:
    """The message that an answer makes; an Anthropic upstream's own bytes where it gave one."""
    assembler = Assembler()
    try:
        async for batch in answer.batches:
            for event in batch:
                if isinstance(event, Opaque) and event.name == "message":
                    return event.raw
                assembler.add(event)
    finally:
        await answer.batches.aclose()
    return json.encode(assembler.message())


async def deliver_error(send: Send, exchange_id: str, error: RouterError, extra: Mapping[str, str]) -> None:
    """Writes a failure as an HTTP error with Anthropic's body."""
    body = error.body(exchange_id)
    await send(
        head_of(
            error.status,
            b"application/json",
            {"request-id": exchange_id, **extra, **error.headers},
            len(body),
        )
    )
    await send({"type": "http.response.body", "body": body})
