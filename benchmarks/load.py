"""The load generator, a process of its own: reads a `Load` as a JSON line, prints its `Outcome`.

python -m benchmarks.load < loads.jsonl
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

import uvloop

from benchmarks.bodies import HEADERS, claude_code_body
from benchmarks.connection import Connection, Sample
from benchmarks.frames import FRAMES_AROUND, Ask


@dataclass(frozen=True)
class Load:
    """Requests to one router. A closed loop of `concurrency` clients sends for `seconds` (but at least
    `at_least` requests, at most `at_most`). With `hold` > 0 instead, `concurrency` streams are opened
    evenly over that many seconds; all begin `together` after it, or each when it is opened."""

    port: int
    path: str
    model: str
    size: int
    stream: bool
    frames: int = 8
    pace: int = 0
    concurrency: int = 1
    seconds: float = 1.0
    at_least: int = 0
    at_most: int = 100_000
    hold: float = 0.0
    together: bool = True
    timeout: float = 60.0


@dataclass(frozen=True)
class Times:
    """Percentiles in seconds."""

    p50: float
    p99: float


@dataclass(frozen=True)
class Outcome:
    """What a load saw; times in seconds, of the requests that succeeded (0 when none did)."""

    frames: int
    requests: int
    failed: int
    failure: str
    latency: Times
    first_byte: Times
    first_text: Times
    reads: float
    longest_gap: float
    stalls: int
    late: float


@dataclass
class Run:
    """One load being applied: the prepared request, and the samples so far."""

    load: Load
    build: Callable[[Ask], bytes]
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    samples: list[Sample] = field(default_factory=list)


def request_builder(load: Load) -> Callable[[Ask], bytes]:
    """Builds whole HTTP requests that differ only in their ask, without encoding the body again."""
    template = Ask().text()
    body = claude_code_body(load.size, load.model, load.stream, template)
    before, _, after = body.partition(template.encode())
    headers = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    top = f"POST {load.path} HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\n{headers}Content-Length: "

    def build(ask: Ask) -> bytes:
        return b"%s%d\r\n\r\n%s%s%s" % (top.encode(), len(body), before, ask.text().encode(), after)

    return build


async def apply(load: Load) -> Outcome:
    """Applies one load and sums it up."""
    run = Run(load, request_builder(load))
    await (hold(run) if load.hold else loop(run))
    return summary(run)


async def loop(run: Run) -> None:
    """`concurrency` clients, each on its own connection, one request after the other."""
    deadline = time.perf_counter() + run.load.seconds
    await asyncio.gather(*(client(run, deadline) for _ in range(run.load.concurrency)))


async def client(run: Run, deadline: float) -> None:
    connection: Connection | None = None
    for number in run.ids:
        if number > run.load.at_most or (number > run.load.at_least and time.perf_counter() >= deadline):
            break
        if connection is None or not connection.open:
            connection = await connect(run.load.port)
        await send(run, connection, Ask(run.load.frames, run.load.pace, 0, number))
    if connection is not None:
        connection.transport.close()


async def hold(run: Run) -> None:
    """Streams opened evenly. `together`: heads are delayed so that all begin within a pace after the last."""
    streams, seconds = run.load.concurrency, run.load.hold

    async def held(number: int) -> None:
        wait = seconds * number / streams
        await asyncio.sleep(wait)
        late = int((seconds - wait) * 1000) if run.load.together else 0
        head = late + number % max(run.load.pace, 1)
        try:
            connection = await connect(run.load.port)
        except OSError as error:
            run.samples.append(Sample(failure=str(error)))
            return
        await send(run, connection, Ask(run.load.frames, run.load.pace, head, number + 1))
        connection.transport.close()

    await asyncio.gather(*(held(number) for number in range(streams)))


async def connect(port: int) -> Connection:
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    return connection


async def send(run: Run, connection: Connection, ask: Ask) -> None:
    try:
        sample = await asyncio.wait_for(connection.request(run.build(ask)), run.load.timeout)
    except TimeoutError:
        connection.transport.abort()
        sample = Sample(failure="timed out")
    run.samples.append(sample)


def summary(run: Run) -> Outcome:
    """Percentiles of the sound samples; `late` is how much longer than its pace the slowest stream took."""
    sound = [sample for sample in run.samples if not sample.failure]
    failures = [sample.failure for sample in run.samples if sample.failure]
    paced = (run.load.frames + FRAMES_AROUND) * run.load.pace / 1000
    return Outcome(
        frames=run.load.frames,
        requests=len(sound),
        failed=len(failures),
        failure=failures[0] if failures else "",
        latency=_times([sample.total for sample in sound]),
        first_byte=_times([sample.first_byte for sample in sound]),
        first_text=_times([sample.first_text for sample in sound]),
        reads=sum(sample.reads for sample in sound) / max(len(sound), 1),
        longest_gap=max((sample.longest_gap for sample in sound), default=0.0),
        stalls=sum(sample.stalls for sample in sound),
        late=max((sample.total - sample.first_byte - paced for sample in sound), default=0.0),
    )


def _times(values: list[float]) -> Times:
    ordered = sorted(values) or [0.0]
    return Times(ordered[len(ordered) // 2], ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)])


def main() -> None:
    """Serves loads until standard input ends."""
    for line in sys.stdin:
        print(json.dumps(asdict(uvloop.run(apply(Load(**json.loads(line)))))), flush=True)


if __name__ == "__main__":
    main()
