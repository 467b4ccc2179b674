"""The fake provider: OpenAI Chat and Anthropic Messages over loopback, as JSON and as paced streams.

    python -m benchmarks.upstream PORT

`GET /records` tells, for each request that named an id, when it came, when its answer was done or None, and
when its connection closed or None (seconds of the monotonic clock, which all processes of a machine share);
`GET /open` tells how many connections are open and how many answers are being written.
"""

import asyncio
import json
import re
import sys
import time
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import cast

import httptools
import uvloop

from benchmarks.frames import Ask, anthropic_json, anthropic_stream, chat_json, chat_stream, read_ask

STREAM = re.compile(rb'"stream"\s*:\s*true')
SSE_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
JSON_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"


@dataclass
class Record:
    """One request's life at the provider, in seconds of the monotonic clock."""

    id: int
    came: float
    done: float | None = None
    closed: float | None = None


class Provider:
    """What all connections share: the records, and what is open now."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.connections: set[Connection] = set()

    def report(self) -> bytes:
        return json.dumps([asdict(record) for record in self.records]).encode()

    def opened(self) -> bytes:
        busy = sum(connection.record is not None for connection in self.connections)
        return b'{"connections":%d,"answering":%d}' % (len(self.connections) - 1, busy)


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection; its requests are answered one after the other."""

    transport: asyncio.Transport

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.loop = asyncio.get_running_loop()
        self.parser = httptools.HttpRequestParser(self)
        self.path, self.body = b"", bytearray()
        self.record: Record | None = None
        self.timer: asyncio.Handle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its bases
        self.provider.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.provider.connections.discard(self)
        if self.timer is not None:
            self.timer.cancel()
        if self.record is not None:
            self.record.closed = time.monotonic()

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.transport.abort()

    def on_message_begin(self) -> None:
        self.path, self.body = b"", bytearray()

    def on_url(self, url: bytes) -> None:
        self.path += url

    def on_body(self, data: bytes) -> None:
        self.body += data

    def on_message_complete(self) -> None:
        path = self.path.partition(b"?")[0]
        if path == b"/records":
            self.write_json(self.provider.report())
        elif path == b"/open":
            self.write_json(self.provider.opened())
        elif self.parser.get_method() == b"POST":
            self.answer(bytes(self.body), chat=not path.endswith(b"/messages"))
        else:
            self.write_json(b"{}")

    def answer(self, body: bytes, chat: bool) -> None:
        ask = read_ask(body)
        self.record = Record(ask.id, time.monotonic())
        if ask.id:
            self.provider.records.append(self.record)
        start = self.start_stream if STREAM.search(body) else self.start_json
        self.timer = self.loop.call_later(ask.head / 1000, start, ask, chat)

    def start_json(self, ask: Ask, chat: bool) -> None:
        self.write_json((chat_json if chat else anthropic_json)(ask.frames))
        self.finish()

    def start_stream(self, ask: Ask, chat: bool) -> None:
        self.transport.write(SSE_HEAD)
        self.write_frame(_chunks(ask.frames, chat), 0, ask.pace / 1000, self.loop.time())

    def write_frame(self, chunks: tuple[bytes, ...], number: int, pace: float, due: float) -> None:
        """One frame, one write: the loop flushes writes once per turn, so unpaced frames take a turn each."""
        self.transport.write(chunks[number])
        if number + 1 == len(chunks):
            self.finish()
            return
        following = chunks, number + 1, pace, due + pace
        if pace:
            self.timer = self.loop.call_at(due + pace, self.write_frame, *following)
        else:
            self.timer = self.loop.call_soon(self.write_frame, *following)

    def finish(self) -> None:
        assert self.record is not None
        self.record.done, self.record = time.monotonic(), None

    def write_json(self, body: bytes) -> None:
        self.transport.write(JSON_HEAD % len(body) + body)


@lru_cache
def _chunks(frames: int, chat: bool) -> tuple[bytes, ...]:
    """The frames of a stream in HTTP chunks; the last one ends the answer."""
    stream = chat_stream(frames) if chat else anthropic_stream(frames)
    chunks = [b"%x\r\n%s\r\n" % (len(frame), frame) for frame in stream]
    return (*chunks[:-1], chunks[-1] + b"0\r\n\r\n")


async def serve(port: int) -> None:
    """Serves on 127.0.0.1 until the process is stopped."""
    provider = Provider()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(provider), "127.0.0.1", port, backlog=4096
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
