"""uvicorn's connection, with two things that ASGI has no words for.

That the client has left is called out, not waited for by a task of each request; and the head of an answer
goes out with its first bytes, in one system call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

TURN = "ccr.turn"
"""Where in an ASGI scope the request's turn on its connection is; other servers have none."""

Leave = Callable[[], object]
Begin = Callable[[Message, Message], Awaitable[None]]


class Connection(HttpToolsProtocol):
    """One client's. ``watching`` are told when it goes."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.watching: list[Leave] = []
        self.lost = False
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        super().connection_lost(exc)
        for leave in tuple(self.watching):
            leave()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        cycle.scope[TURN] = Turn(self, cycle)  # type: ignore[literal-required]
        super()._start_asgi_task(cycle, app)


class Turn:
    """One request on its connection."""

    __slots__ = ("_connection", "_cycle")

    def __init__(self, connection: Connection, cycle: RequestResponseCycle) -> None:
        self._connection = connection
        self._cycle = cycle

    @property
    def arrived(self) -> bool:
        """All of the request is here."""
        return not self._cycle.more_body

    def watch(self, leave: Leave) -> Leave:
        """Calls ``leave`` when the client goes, soon where it has gone already. Gives what ends that."""
        self._connection.watching.append(leave)
        if self._connection.lost:
            self._connection.loop.call_soon(leave)
        return lambda: self._connection.watching.remove(leave)

    async def begin(self, head: Message, body: Message) -> None:
        """Sends the head of an answer together with what comes first in it."""
        cycle, transport = self._cycle, self._cycle.transport
        pieces = _Pieces(transport)
        cycle.transport = pieces  # type: ignore[assignment]
        try:
            await cycle.send(head)  # type: ignore[arg-type]
            await cycle.send(body)  # type: ignore[arg-type]
        finally:
            cycle.transport = transport
        pieces.write_out()


class Plain:
    """The same where a server knows nothing of turns."""

    __slots__ = ("_receive", "_send")

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send

    def watch(self, leave: Leave) -> Leave:
        def left(_: asyncio.Task[None]) -> None:
            leave()

        # Not cancelled: it ends by itself with the response or the connection, and that costs less.
        leaving = asyncio.get_running_loop().create_task(self._gone())
        leaving.add_done_callback(left)
        return lambda: leaving.remove_done_callback(left)

    async def begin(self, head: Message, body: Message) -> None:
        await self._send(head)
        await self._send(body)

    async def _gone(self) -> None:
        await self._receive()


class _Pieces(list[bytes]):
    """Stands for a transport while what is to go out together is made."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._closes = False
        self.write = self.append
        self.is_closing = transport.is_closing

    def close(self) -> None:
        self._closes = True

    def write_out(self) -> None:
        if self:
            self._transport.write(b"".join(self))
        if self._closes:
            self._transport.close()


def turn_of(scope: Scope, receive: Receive, send: Send) -> Turn | Plain:
    """The turn of a request."""
    found: Turn | None = scope.get(TURN)
    return found if found is not None else Plain(receive, send)


def has_arrived(scope: Scope) -> bool:
    """Whether a request is known to be whole: nothing of it has to be waited for."""
    found: Turn | None = scope.get(TURN)
    return found is not None and found.arrived
