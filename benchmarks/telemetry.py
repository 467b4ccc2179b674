"""What ledger, metrics and file log add to a request, and what memory a real router has under load.

    python -m benchmarks.telemetry [--rounds N] [--only cost,rates,memory]

cost     CPU microseconds that a request and a chunk cost more with everything on: exit code 1 above 40 and 1
rates    asynchronous and synchronous log calls and trackings a second (benchmarks/logs.py)
memory   resident memory of `ccr start`, idle and at 100, 500, 1,000 and 2,000 requests a second

The method is in README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import logs
from benchmarks.bodies import HEADERS, claude_code_body
from benchmarks.frames import chat_json, chat_stream
from benchmarks.resident import memory
from benchmarks.routers import REPOSITORY
from ccr.config import load
from ccr.exchange import Exchange
from ccr.gateway import Gateway
from ccr.server.app import App
from ccr.server.run import spare_collections
from ccr.services import Services
from ccr.telemetry.logs import configure
from ccr.telemetry.meter import PAUSE
from ccr.upstream.failover import Watcher

SIZE = 54_000
BUDGET = {"request": 40.0, "chunk": 1.0}
"""Microseconds a request, and a chunk."""

FRAMES, STREAMS = 2_000, 10
LOOP, THREADS = "the loop", ("ccr-meter", "ccr-ledger", "ccr-log")
CONFIG = {
    "LOG": True,
    "Logging": {"consoleOutput": False},
    "Providers": [
        {
            "name": "openai",
            "preset": "openai",
            "protocol": "openai-chat",
            "api_base_url": "https://api.openai.com/v1/chat/completions",
            "api_key": "sk-bench-of-the-provider",
            "models": ["gpt-5"],
        }
    ],
    "Router": {"default": "openai,gpt-5"},
}


class Stub:
    """In the place of ``upstream.client.Client``: the same answer each time, at once."""

    def __init__(self) -> None:
        self.answers("application/json", [])

    def answers(self, kind: str, chunks: Sequence[bytes]) -> None:
        self.type, self.chunks = kind, tuple(chunks)

    async def post(self, *_: Any) -> StubResponse:
        return StubResponse(self.chunks, self.type)

    async def close(self) -> None: ...


class StubResponse:
    status = 200

    def __init__(self, chunks: tuple[bytes, ...], kind: str) -> None:
        self.headers = {"content-type": kind}
        self._next = iter((*chunks, b"")).__next__

    @contextmanager
    def reading(self) -> Iterator[Callable[[], Awaitable[bytes]]]:
        async def read() -> bytes:
            return self._next()

        yield read

    async def read(self, *_: Any) -> bytes:
        return self._next()

    def close(self, **_: Any) -> None: ...


SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/v1/messages",
    "headers": [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    + [(b"host", b"127.0.0.1")],
}


class Timed:
    """In the place of the gateway's watcher, which it asks: what that takes on the loop."""

    def __init__(self, watcher: Watcher) -> None:
        self.seconds, self._watcher = 0.0, watcher
        self._own = min(-(time.thread_time() - time.thread_time()) for _ in range(1_000))

    def ended(self, exchange: Exchange) -> None:
        before = time.thread_time()
        self._watcher.ended(exchange)
        self.seconds += time.thread_time() - before - self._own


@dataclass(eq=False)
class Arm:
    """One application: what sends it a request, and what waits until all of it is written."""

    app: App
    stub: Stub
    settle: Callable[[], None]
    timed: Timed | None

    async def block(self, body: bytes, requests: int) -> float:
        """CPU seconds of the process for so many requests, one after the other."""
        gc.collect()
        before = time.process_time()
        for _ in range(requests):
            await self.ask(body)
        self.settle()
        return time.process_time() - before

    async def ask(self, body: bytes) -> None:
        messages = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Any:
            return messages.pop() if messages else await asyncio.get_running_loop().create_future()

        async def send(_: Any) -> None: ...

        await self.app(dict(SCOPE), receive, send)


@contextmanager
def arm(folder: Path, *, counting: bool) -> Iterator[Arm]:
    """An application in a folder of its own."""
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(CONFIG))
    settings = load(folder / "config.json", {})
    services = Services(settings) if counting else Services()
    gateway, stub = Gateway(settings, services=services), Stub()
    # Nothing but the router's own work is left.
    gateway._client = stub  # type: ignore[assignment]  # noqa: SLF001
    upstream = gateway._upstream  # noqa: SLF001
    timed = upstream.watcher = Timed(upstream.watcher) if upstream.watcher is not None else None
    written = configure(settings, log_file=None, verbose=False) if counting else None

    def settle() -> None:
        if counting:
            time.sleep(PAUSE * 1.2)
            services.ledger.flush(60)
            time.sleep(settings.logs.pace.seconds * 1.2)

    if services.telemetry is not None:
        services.telemetry.start()
    try:
        yield Arm(App(gateway), stub, settle, timed)
    finally:
        if services.telemetry is not None and written is not None:
            services.telemetry.close()
            written()


def added(rounds: int, requests: int) -> Added:
    """Microseconds that counting adds to a request and to a chunk, in each round."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        off = stack.enter_context(arm(Path(name) / "off", counting=False))
        on = stack.enter_context(arm(Path(name) / "on", counting=True))
        spare_collections()
        found = asyncio.run(measured(off, on, rounds, requests))
        rows = sqlite3.connect(Path(name) / "on" / "ccr.db").execute("SELECT COUNT(*) FROM ccr_requests")
        lines = sum(path.read_text().count('"log":"request"') for path in Path(name).glob("on/logs/*.log"))
        wanted = (rounds + 1) * (requests + 2 * STREAMS)
        assert (rows.fetchone()[0], lines) == (wanted, wanted), "each request has a row and a line"
    return found


class Added(NamedTuple):
    """Of each round: what a request and a chunk cost without counting, and how much more with it."""

    request: list[tuple[float, float]]
    chunk: list[tuple[float, float]]
    parts: dict[str, list[float]]
    """What each part took, microseconds a request."""


def spent(which: Arm) -> dict[str, float]:
    """CPU seconds of the parts so far; of threads as Linux tells them (proc(5), schedstat, nanoseconds)."""
    found = {LOOP: which.timed.seconds if which.timed else 0.0}
    for thread in threading.enumerate():
        if thread.name in THREADS:
            told = Path(f"/proc/self/task/{thread.native_id}/schedstat")
            found[thread.name] = int(told.read_text().split()[0]) / 1e9 if told.exists() else 0.0
    return found


async def measured(off: Arm, on: Arm, rounds: int, requests: int) -> Added:
    found = Added([], [], {name: [] for name in (LOOP, *THREADS)})
    bodies = [claude_code_body(SIZE, "openai,gpt-5", stream, "Go on.") for stream in (False, True)]
    for number in range(rounds + 1):
        took: dict[Arm, tuple[float, float]] = {}
        for which in (off, on) if number % 2 else (on, off):
            which.stub.answers("application/json", [chat_json(8)])
            before = spent(which)
            request = await which.block(bodies[0], requests) / requests
            if number and which is on:
                after = spent(which)
                for name, was in before.items():
                    found.parts[name].append((after[name] - was) / requests * 1e6)
            streams = []
            for frames in (20, FRAMES):
                which.stub.answers("text/event-stream", chat_stream(frames))
                streams.append(await which.block(bodies[1], STREAMS) / STREAMS)
            took[which] = request * 1e6, (streams[1] - streams[0]) / (FRAMES - 20) * 1e6
        if number:
            found.request.append((took[off][0], took[on][0] - took[off][0]))
            found.chunk.append((took[off][1], took[on][1] - took[off][1]))
    return found


def rates(folder: Path) -> Iterator[tuple[str, float, float | None]]:
    """Operations a second of one core: what, how many, and what the enhanced fork's README claims."""
    for result in (
        logs.measure("asynchronous", logs.inform, folder),
        logs.synchronous(folder),
        logs.measure("tracking", logs.tracking(), folder),
    ):
        yield result.name, 1e6 / result.caller, logs.SEEDS[result.name]


def main() -> int:
    """Exit code 0, or 1 when more is added than may be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.telemetry", description=__doc__)
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--block", type=int, default=500, help="requests of a batch (%(default)s)")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each rate (%(default)s)")
    parser.add_argument("--only", default="cost,rates,memory")
    arguments = parser.parse_args()
    over = False
    if "cost" in arguments.only:
        over = told(added(arguments.rounds, arguments.block))
    if "rates" in arguments.only:
        with tempfile.TemporaryDirectory() as folder:
            for name, rate, claimed in rates(Path(folder)):
                print(f"{name}: {rate:,.0f} a second, claimed {claimed:,.0f}")
    if "memory" in arguments.only:
        for row in memory(REPOSITORY / ".venv" / "bin" / "ccr", arguments.seconds):
            reached = f"{row.reached:,.0f} reached, {row.failed} failed"
            print(f"{row.wanted:,} requests a second: {row.resident or 0:.0f} MB, {reached}")
    return over


def told(found: Added) -> bool:
    """Prints it. Whether it is more than may be added."""
    sums = [sum(spent) for spent in zip(*found.parts.values(), strict=True)]
    parts = ", ".join(f"{name} {statistics.median(spent):.1f}" for name, spent in found.parts.items())
    print(
        f"counting: {statistics.median(sums):.1f} µs a request, {min(sums):.1f} in the best round ({parts})"
    )
    for name, pairs in (("request", found.request), ("chunk", found.chunk)):
        low, middle, high = statistics.quantiles([more for _, more in pairs], n=4)
        was = statistics.median(was for was, _ in pairs)
        print(f"{name}: {was:.1f} µs, and {middle:.2f} more (quartiles {low:.2f} and {high:.2f})")
    chunk = statistics.median(more for _, more in found.chunk)
    return statistics.median(sums) > BUDGET["request"] or chunk > BUDGET["chunk"]


if __name__ == "__main__":
    sys.exit(main())
