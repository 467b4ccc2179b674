"""A programmable provider on loopback: every request takes the next scripted reply and is recorded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the router has closed the connection."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Reply = Callable[[asyncio.StreamWriter, Seen], Awaitable[None]]


class FakeUpstream:
    """Answers with ``replies`` in turn; the last one again and again."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Seen] = []
        self.replies: list[Reply] = []
        self.arrived = asyncio.Event()
        self.writers: list[asyncio.StreamWriter] = []

    def reply(self, *replies: Reply) -> None:
        self.replies = list(replies)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        try:
            while (seen := await _read(reader)) is not None:
                self.requests.append(seen)
                self.arrived.set()
                reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
                watch = asyncio.ensure_future(_left(reader, seen))
                try:
                    await reply(writer, seen)
                finally:
                    watch.cancel()
                    await asyncio.wait({watch})
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _left(reader: asyncio.StreamReader, seen: Seen) -> None:
    """Waits for the router to hang up: it never sends a byte before it has its answer."""
    with suppress(ConnectionError):  # that is a reset, as of whoever leaves something unread
        while not reader.at_eof():
            if reader._buffer:  # type: ignore[attr-defined]  # the next request of a kept connection
                return
            await reader._wait_for_data("left")  # type: ignore[attr-defined]
    seen.closed.set()


async def _read(reader: asyncio.StreamReader) -> Seen | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines if line)}
    return Seen(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))


def answer(status: int, body: bytes, content_type: str = "application/json", **headers: str) -> Reply:
    """A whole answer."""
    fields = {"content-type": content_type, "content-length": str(len(body))}
    fields |= {k.replace("_", "-"): v for k, v in headers.items()}
    head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items()) + "\r\n"

    async def reply(writer: asyncio.StreamWriter, _seen: Seen) -> None:
        writer.write(head.encode() + body)
        await writer.drain()

    return reply


def json_answer(value: Any, status: int = 200, **headers: str) -> Reply:
    return answer(status, json.dumps(value).encode(), **headers)


STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def stream(
    frames: Iterable[bytes], *, gates: Iterable[asyncio.Event] = (), end: bool = True, cut: bool = False
) -> Reply:
    """A stream. Before frame n the n-th gate is awaited.

    ``cut`` hangs up without an end, ``end=False`` stays open until the router leaves.
    """
    waits = list(gates)

    async def reply(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(STREAM_HEAD)
        for number, frame in enumerate(frames):
            if number < len(waits):
                await waits[number].wait()
            writer.write(chunk(frame))
            await writer.drain()
        if cut:
            writer.transport.abort()
        elif end:
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        else:
            await seen.closed.wait()

    return reply


async def hang(_writer: asyncio.StreamWriter, seen: Seen) -> None:
    """Says nothing until the router hangs up."""
    await seen.closed.wait()


def sse(*values: Any, named: bool = False, done: bool = False) -> list[bytes]:
    """Events as frames: ``data:`` lines, with ``event:`` lines where ``named``."""
    frames = [
        (f"event: {value['type']}\n" if named else "").encode()
        + b"data: "
        + json.dumps(value).encode()
        + b"\n\n"
        for value in values
    ]
    return [*frames, b"data: [DONE]\n\n"] if done else frames


def chat_chunk(delta: dict[str, Any], finish: str | None = None, **extra: Any) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "model": "up-model",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        **extra,
    }


USAGE = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}


def chat_text(*pieces: str) -> list[bytes]:
    """A chat stream that says these pieces."""
    deltas = [chat_chunk({"content": piece}) for piece in pieces]
    usage = {"id": "chatcmpl-1", "model": "up-model", "choices": [], "usage": USAGE}
    return sse(chat_chunk({"role": "assistant"}), *deltas, chat_chunk({}, "stop"), usage, done=True)


def chat_json(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "id": "chatcmpl-1",
        "model": "up-model",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": USAGE,
    }


@asynccontextmanager
async def fake_upstream() -> AsyncIterator[FakeUpstream]:
    """A running provider."""
    fake = FakeUpstream()
    server = await asyncio.start_server(fake._serve, "127.0.0.1", 0, limit=1 << 26)
    fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        server.close()
        for writer in fake.writers:
            writer.transport.abort()
        await asyncio.sleep(0)
