"""The client's side of one HTTP/1.1 connection, timed: first byte, first text, last byte, gaps."""

import asyncio
import time
from dataclasses import dataclass
from typing import cast

import httptools

from benchmarks.frames import FIRST_TEXT

STALL = 0.25


@dataclass
class Sample:
    """One request as its client saw it; seconds from when it was sent."""

    status: int = 0
    first_byte: float = 0.0
    first_text: float = 0.0
    total: float = 0.0
    reads: int = 0
    longest_gap: float = 0.0
    stalls: int = 0
    failure: str = ""


class Connection(asyncio.Protocol):
    """Sends one request at a time; a lost connection fails the request under way, never hangs it."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.open = False
        self.parser = httptools.HttpResponseParser(self)
        self.sample = Sample()
        self.sent = self.last = 0.0
        self.answered: asyncio.Future[Sample] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its bases
        self.open = True

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        self.end(f"connection lost: {exc}")

    async def request(self, data: bytes) -> Sample:
        """Sends one whole request and waits for its whole answer; a failure is told in the sample."""
        self.answered = asyncio.get_running_loop().create_future()
        self.sample, self.sent = Sample(), time.perf_counter()
        self.transport.write(data)
        return await self.answered

    def data_received(self, data: bytes) -> None:
        now, sample = time.perf_counter(), self.sample
        if sample.reads:
            gap = now - self.last
            sample.longest_gap = max(sample.longest_gap, gap)
            sample.stalls += gap > STALL
        else:
            sample.first_byte = now - self.sent
        self.last = now
        sample.reads += 1
        if not sample.first_text and FIRST_TEXT in data:
            sample.first_text = now - self.sent
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.transport.abort()
            self.end(f"not HTTP: {error}")

    def on_headers_complete(self) -> None:
        self.sample.status = self.parser.get_status_code()

    def on_message_complete(self) -> None:
        self.sample.total = self.last - self.sent
        sound = self.sample.status == 200 and self.sample.first_text
        self.end("" if sound else f"status {self.sample.status}, no text")
        if not self.parser.should_keep_alive():
            self.open = False
            self.transport.close()
        # A parser that has seen `connection: close` takes nothing more; a fresh one costs microseconds.
        self.parser = httptools.HttpResponseParser(self)

    def end(self, failure: str) -> None:
        if self.answered is not None and not self.answered.done():
            self.sample.failure = failure
            self.answered.set_result(self.sample)
