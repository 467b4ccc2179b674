"""Many streams at once through this router: paced ones, open ones, and its memory over time.

    python -m benchmarks.streams [--quick] [--workers N] [--only paced,open,memory] [--json FILE]

paced   1,000 streams with a frame each 20 ms: none lost, no silence over 250 ms
open    5,000 streams with a frame each 500 ms: none lost
memory  200 streams at a time for ten minutes: the resident memory grows by less than 2 %

Exit code 1 when a limit is broken. `--quick`: shorter streams, and a minute of memory.
"""

import argparse
import json
import resource
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.cells import SMALL
from benchmarks.compare import Bench, LoadGenerator, bench, tell
from benchmarks.load import Load
from benchmarks.machine import Process
from benchmarks.routers import ROUTERS, Launch

ROUTER = "ccr-chat"
DESCRIPTORS = 65_536
OPENED = 300
"""Streams that are opened in a second."""

LONGEST_GAP = 0.25
GROWTH = 0.02
WARM_UP = 0.25
"""The part of a memory run that is not judged: caches and pools fill up."""


@dataclass(frozen=True)
class Length:
    """How long to measure: frames of paced and of open streams, seconds of memory."""

    paced: int
    open: int
    memory: float


QUICK, FULL = Length(paced=400, open=60, memory=60), Length(paced=2_000, open=240, memory=600)


@dataclass(frozen=True)
class Running:
    """The router under test."""

    launch: Launch
    port: int
    process: Process
    generator: LoadGenerator

    def apply(self, **load: Any) -> dict[str, Any]:
        """What the clients of a load of small requests saw, and the memory of the router after it."""
        made = Load(self.port, self.launch.path, self.launch.model, SMALL, stream=True, **load)
        outcome = asdict(self.generator.apply(made))
        return outcome | {"memory_mb": self.process.memory(), "descriptors": self.process.descriptors()}


@dataclass
class Told:
    """What was measured, and which limits were broken."""

    name: str
    figures: dict[str, Any]
    broken: list[str] = field(default_factory=list)

    def limit(self, kept: bool, otherwise: str) -> None:
        if not kept:
            self.broken.append(otherwise)


def paced(router: Running, length: Length) -> Told:
    """A thousand frames each 20 ms, more than one core can pass on one by one: none may wait for long."""
    told = held(router, "paced", streams=1_000, pace=20, frames=length.paced)
    gap = told.figures["longest_gap"]
    told.limit(gap <= LONGEST_GAP, f"the longest silence was {gap:.3f} s, at most {LONGEST_GAP} s may be")
    return told


def opened(router: Running, length: Length) -> Told:
    return held(router, "open", streams=5_000, pace=500, frames=length.open)


def held(router: Running, name: str, streams: int, pace: int, frames: int) -> Told:
    opening = streams / OPENED
    lasts = opening + frames * pace / 1000
    figures = router.apply(
        frames=frames, pace=pace, concurrency=streams, hold=opening, timeout=2 * lasts + 30
    )
    told = Told(name, figures)
    told.limit(not figures["failed"], f"{figures['failed']} streams were lost: {figures['failure']}")
    told.limit(figures["requests"] == streams, f"only {figures['requests']} of {streams} streams ended well")
    return told


def memory(router: Running, length: Length) -> Told:
    """The median of the last tenth of the samples beside that of the first tenth after warming up."""
    with sampled(router.process) as samples:
        figures = router.apply(frames=50, pace=20, concurrency=200, seconds=length.memory, at_most=10_000_000)
    judged = samples[int(len(samples) * WARM_UP) :]
    tenth = max(len(judged) // 10, 1)
    first, last = statistics.median(judged[:tenth]), statistics.median(judged[-tenth:])
    told = Told("memory", figures | {"first_mb": first, "last_mb": last, "growth": last / first - 1})
    told.limit(
        last / first - 1 < GROWTH, f"memory grew by {last / first - 1:.1%}: {first:.1f} to {last:.1f} MB"
    )
    told.limit(not figures["failed"], f"{figures['failed']} streams were lost: {figures['failure']}")
    return told


@contextmanager
def sampled(process: Process) -> Iterator[list[float]]:
    """Resident megabytes, read twice a second while the block runs."""
    samples: list[float] = []
    over = threading.Event()

    def sample() -> None:
        while not over.wait(0.5):
            if (found := process.memory()) is not None:
                samples.append(found)

    reader = threading.Thread(target=sample)
    reader.start()
    try:
        yield samples
    finally:
        over.set()
        reader.join()


PARTS: dict[str, Callable[[Running, Length], Told]] = {"paced": paced, "open": opened, "memory": memory}


@contextmanager
def running(where: Bench, workers: int) -> Iterator[Running]:
    router = next(router for router in ROUTERS if router.name == ROUTER)
    place = where.place(router)
    launch = router.prepare(place)
    launch.argv.extend(["--workers", str(workers)])
    process, _ = where.start(router, launch, place)
    generator = LoadGenerator()
    try:
        yield Running(launch, place.port, process, generator)
    finally:
        generator.stop()
        process.stop()


def main() -> int:
    arguments = command_line()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, DESCRIPTORS)), hard))
    found = []
    with bench(Path.home() / ".cache" / "ccr-benchmarks", arguments.ccr.absolute()) as where:
        for name in arguments.only:
            with running(where, arguments.workers) as router:  # each with a fresh router
                started = time.monotonic()
                found.append(PARTS[name](router, QUICK if arguments.quick else FULL))
                tell(f"{name}: {time.monotonic() - started:.0f} s")
    print(f"{arguments.workers} worker(s)")
    for told in found:
        print(describe(told))
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(told) for told in found], indent=1) + "\n")
    return int(any(told.broken for told in found))


def command_line() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.streams", description="Many streams at once.")
    parser.add_argument("--quick", action="store_true", help="a look, about two minutes")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(PARTS), metavar="PARTS")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--ccr", type=Path, default=Path(sys.executable).with_name("ccr"))
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.only if name not in PARTS]:
        parser.error(f"unknown part {unknown[0]!r}; there are {', '.join(PARTS)}")
    return arguments


def describe(told: Told) -> str:
    names = (
        "requests",
        "failed",
        "longest_gap",
        "stalls",
        "late",
        "memory_mb",
        "first_mb",
        "last_mb",
        "growth",
    )
    shown = {name: told.figures[name] for name in names if told.figures.get(name) is not None}
    figures = ", ".join(
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in shown.items()
    )
    return "\n".join([f"{told.name}: {figures}", *(f"  BROKEN {line}" for line in told.broken)])


if __name__ == "__main__":
    sys.exit(main())
