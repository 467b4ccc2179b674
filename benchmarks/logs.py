"""How many lines a second the logs take: `python -m benchmarks.logs`, ten seconds, one core.

Method. Each figure is the best of `ROUNDS` rounds in one process, a round being `LINES` calls after a
garbage collection; time is CPU time of the thread that calls (what a request would pay) or, where it says
"in all", of the whole process until the last line is in the file, divided by the calls. Lines are those of
the real thing: a logger below `ccr`, an id, three arguments; set up by `telemetry.logs.configure` with a
file of JSON lines, secrets looked for, rotation on, in a temporary folder. The buffer holds all lines, so
that none is left out; rows are made of a real exchange with one try.

asynchronous      log.info(…) as a request calls it: a record is made and put into the buffer
asynchronous, in all   the same with what the writing thread does for it: text, JSON, secrets, file
synchronous       Python's own FileHandler, which formats, writes and flushes each line while the caller waits
below the level   log.debug(…) where debug is not shown
error             log.exception(…) with a trace of three frames
tracking          a request is entered among those that run, and taken out again
request line      the line of a request that is over, made of its row, of a hundred: in the meter's thread
"""

from __future__ import annotations

import gc
import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ccr.config.logs import Console, Logs, Pace
from ccr.config.settings import Settings
from ccr.exchange import Exchange
from ccr.telemetry.active import Active
from ccr.telemetry.logs import configure
from ccr.telemetry.logs.requests import RequestLog
from ccr.telemetry.record import Record

LINES = 50_000
ROUNDS = 5
BATCH = 100
"""Rows that the meter hands over at once."""

SETTINGS = Settings(
    path=Path("config.json"),
    apikey="a-key-to-look-for",
    logs=Logs(pace=Pace(lines=LINES * 10, seconds=3_600), console=Console(enabled=False)),
)
ROW = Record(
    id="req_1",
    at=0.0,
    provider="lab",
    model="m1",
    route="default",
    status=200,
    attempts=1,
    took_ms=1234.5,
    first_ms=321.0,
    input=1234,
    output=321,
    stream=True,
)

SEEDS = {"asynchronous": 2_345_678, "synchronous": 1_234_567, "tracking": 890_123, "error": 567_890}
"""What the enhanced fork's README claims, in operations a second."""

log = logging.getLogger("ccr.request")


class Result(NamedTuple):
    name: str
    caller: float
    """Microseconds of the caller's CPU a call."""

    process: float
    """Microseconds of the whole process's, until all is written."""


def measure(name: str, call: Callable[[], object], folder: Path, calls: int = LINES) -> Result:
    """The best of some rounds."""
    rounds = [one_round(call, folder / f"{name}-{number}", calls) for number in range(ROUNDS)]
    return Result(name, min(caller for caller, _ in rounds), min(process for _, process in rounds))


def one_round(call: Callable[[], object], folder: Path, calls: int) -> tuple[float, float]:
    folder.mkdir()
    stop = configure(replace(SETTINGS, path=folder / "config.json"), log_file=folder / "x.log", verbose=False)
    gc.collect()
    gc.disable()
    before, began = time.thread_time(), time.process_time()
    for _ in range(calls):
        call()
    caller = time.thread_time() - before
    stop()
    process = time.process_time() - began
    gc.enable()
    return caller / calls * 1e6, process / calls * 1e6


def synchronous(folder: Path) -> Result:
    """Python's own way."""
    handler = logging.FileHandler(folder / "plain.log")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
    logger = logging.getLogger("plain")
    logger.handlers, logger.propagate, logger.level = [handler], False, logging.INFO
    times = []
    for _ in range(ROUNDS):
        before = time.thread_time()
        for _ in range(LINES):
            logger.info("%s %s %s", "req_0123456789", "default", "lab,m1")
        times.append((time.thread_time() - before) / LINES * 1e6)
    handler.close()
    return Result("synchronous", min(times), min(times))


def inform() -> None:
    log.info("%s %s %s", "req_0123456789", "default", "lab,m1")


def keep_quiet() -> None:
    log.debug("%s %s %s", "req_0123456789", "default", "lab,m1")


def fail() -> None:
    try:
        deep(3)
    except ValueError:
        log.exception("it failed")


def deep(frames: int) -> None:
    if frames == 1:
        raise ValueError("odd")
    deep(frames - 1)


def tracking() -> Callable[[], None]:
    active = Active()
    exchange = Exchange(raw=b"{}", body={"model": "m", "messages": []}, headers={}, stream=True)

    def track() -> None:
        active.add(exchange)
        active.remove(exchange)

    return track


def rows() -> None:
    RequestLog().take([ROW] * BATCH, [])


def of_each(result: Result) -> Result:
    """Of one of a batch."""
    return Result(result.name, result.caller / BATCH, result.process / BATCH)


def results(folder: Path) -> list[Result]:
    return [
        measure("asynchronous", inform, folder),
        synchronous(folder),
        measure("below the level", keep_quiet, folder),
        measure("error", fail, folder, LINES // 5),
        measure("tracking", tracking(), folder),
        of_each(measure("request line", rows, folder, LINES // BATCH)),
    ]


def main() -> None:
    print(f"{'':16} {'caller':>9} {'a second':>12} {'in all':>9} {'a second':>12} {'the seeds say':>14}")
    with tempfile.TemporaryDirectory() as folder:
        for name, caller, process in results(Path(folder)):
            said = f"{SEEDS[name]:,}" if name in SEEDS else ""
            rates = f"{caller:6.2f} µs {1e6 / caller:12,.0f} {process:6.2f} µs {1e6 / process:12,.0f}"
            print(f"{name:16} {rates} {said:>14}")


if __name__ == "__main__":
    main()
