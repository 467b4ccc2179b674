"""The body of an admin request is read whole, unpacked, and no further than the limit."""

from __future__ import annotations

import gzip
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from ccr.server.admin.bounded import LIMIT, Bounded


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(await Request(scope, receive).body())(scope, receive, send)


async def asked(pieces: list[bytes], method: str = "POST", **headers: str) -> tuple[int, bytes]:
    """Status and body of the answer to a request that comes in pieces."""
    sent: list[Message] = []
    waiting = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces[:-1]]
    waiting += [{"type": "http.request", "body": pieces[-1], "more_body": False}]

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    lines: Any = [(name.encode(), value.encode()) for name, value in headers.items()]
    await Bounded(echo)({"type": "http", "method": method, "headers": lines}, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


async def test_the_application_sees_the_whole_body() -> None:
    assert await asked([b"one ", b"two"]) == (200, b"one two")
    assert await asked([b""], "GET") == (200, b"")


async def test_a_long_body_never_reaches_it() -> None:
    status, said = await asked([b"x" * LIMIT, b"x"])
    assert status == 413
    assert b"request_too_large" in said


async def test_packed_bodies_are_unpacked() -> None:
    packed = gzip.compress(b"hello")
    assert await asked([packed], **{"content-encoding": "gzip"}) == (200, b"hello")
