"""A turn on a connection: its client's leaving, and a head that goes out with what follows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from ccr.server.connection import Connection, Plain, Turn, turn_of

Act = Callable[[Turn | Plain, Receive, Send], Any]
HEAD = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}
BODY = {"type": "http.response.body", "body": b"body"}


@asynccontextmanager
async def serving(act: Act, http: Any) -> AsyncIterator[int]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await act(turn_of(scope, receive, send), receive, send)

    config = uvicorn.Config(app, port=0, http=http, log_config=None, lifespan="off", ws="none")
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: config.http_protocol_class(config, uvicorn.server.ServerState(), {}),  # type: ignore[call-arg]
        "127.0.0.1",
        0,
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


async def ask(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    return reader, writer


both = pytest.mark.parametrize("http", [Connection, "httptools", "h11"])


@both
async def test_who_watches_is_told_that_the_client_has_left(http: Any) -> None:
    left, watching = asyncio.Event(), asyncio.Event()

    async def act(turn: Turn | Plain, _receive: Receive, _send: Send) -> None:
        turn.watch(left.set)
        watching.set()
        await left.wait()

    async with serving(act, http) as port:
        _, writer = await ask(port)
        await watching.wait()
        writer.transport.abort()
        await asyncio.wait_for(left.wait(), 10)


@both
async def test_who_has_left_before_anybody_watched_has_left(http: Any) -> None:
    gone, told = asyncio.Event(), asyncio.Event()

    async def act(turn: Turn | Plain, receive: Receive, _send: Send) -> None:
        await receive()
        gone.set()
        turn.watch(told.set)
        await told.wait()

    async with serving(act, http) as port:
        _, writer = await ask(port)
        writer.transport.abort()
        await asyncio.wait_for(gone.wait(), 10)
        await asyncio.wait_for(told.wait(), 10)


@both
async def test_who_watches_no_more_is_not_told(http: Any) -> None:
    said, done = list[str](), asyncio.Event()

    async def act(turn: Turn | Plain, _receive: Receive, _send: Send) -> None:
        unwatch = turn.watch(lambda: said.append("left"))
        await turn.begin(HEAD, BODY)
        unwatch()
        done.set()

    async with serving(act, http) as port:
        reader, writer = await ask(port)
        await reader.readuntil(b"body")
        await done.wait()
        writer.close()
        await writer.wait_closed()
    assert not said


@both
async def test_an_answer_is_the_same_however_it_goes_out(http: Any) -> None:
    async def act(turn: Turn | Plain, _receive: Receive, send: Send) -> None:
        await turn.begin(HEAD, {**BODY, "body": b"bo", "more_body": True})
        await send({**BODY, "body": b"dy"})

    async with serving(act, http) as port:
        reader, writer = await ask(port)
        answer = await reader.readuntil(b"body")
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert answer.endswith(b"\r\n\r\nbody")
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")  # and the connection serves again
        assert await reader.readuntil(b"body") == answer
        writer.close()
        await writer.wait_closed()


@both
async def test_a_connection_that_is_not_kept_closes_behind_the_answer(http: Any) -> None:
    async def act(turn: Turn | Plain, _receive: Receive, _send: Send) -> None:
        head = {**HEAD, "headers": [(b"content-length", b"4"), (b"connection", b"close")]}
        await turn.begin(head, BODY)

    async with serving(act, http) as port:
        reader, writer = await ask(port)
        assert (await asyncio.wait_for(reader.read(), 10)).endswith(b"body")
        writer.close()
        await writer.wait_closed()


async def test_a_head_and_what_follows_go_out_at_once() -> None:
    written = list[bytes]()

    async def act(turn: Turn | Plain, _receive: Receive, _send: Send) -> None:
        assert isinstance(turn, Turn)
        transport = turn._cycle.transport
        write = transport.write

        def noted(data: bytes) -> None:
            written.append(data)
            write(data)

        turn._cycle.transport = Noting(transport, noted)  # type: ignore[assignment]
        await turn.begin(HEAD, BODY)

    async with serving(act, Connection) as port:
        reader, writer = await ask(port)
        await reader.readuntil(b"body")
        writer.close()
        await writer.wait_closed()
    assert len(written) == 1
    assert written[0].endswith(b"\r\n\r\nbody")


class Noting:
    """A transport whose writes are seen."""

    def __init__(self, transport: asyncio.Transport, write: Callable[[bytes], object]) -> None:
        self._transport = transport
        self.write = write

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
