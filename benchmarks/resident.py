"""The memory of a real router, idle and at several paces of requests: a part of benchmarks/telemetry.py."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import uvloop

from benchmarks.cells import SMALL
from benchmarks.compare import bench
from benchmarks.connection import Sample
from benchmarks.frames import Ask
from benchmarks.load import Load, Run, connect, request_builder, send
from benchmarks.routers import ROUTERS

ROUTER = next(router for router in ROUTERS if router.name == "ccr-chat")
RATES, CLIENTS = (100, 500, 1_000, 2_000), 64
LATE = 1.2
"""How much longer than planned a pace is tried to be kept."""


class Memory(NamedTuple):
    """Requests a second that were wanted, that were reached, that failed, and resident MB at their end."""

    wanted: int
    reached: float
    failed: int
    resident: float | None


def memory(ccr: Path, seconds: float) -> Iterator[Memory]:
    """Of a router with what is on by default, one process, asked faster and faster."""
    with bench(Path(), ccr) as where:
        place = where.place(ROUTER)
        launch = ROUTER.prepare(place)
        config = place.home / "config.json"
        config.write_text(json.dumps(json.loads(config.read_text()) | {"LOG": True}))
        process, _ = where.start(ROUTER, launch, place)
        try:
            time.sleep(2)
            yield Memory(0, 0, 0, process.memory())
            load_of = Load(place.port, launch.path, launch.model, SMALL, stream=False)
            for wanted in RATES:
                samples, took = uvloop.run(paced(load_of, wanted, seconds))
                failed = sum(bool(sample.failure) for sample in samples)
                yield Memory(wanted, (len(samples) - failed) / took, failed, process.memory())
        finally:
            process.stop()


async def paced(load_of: Load, wanted: int, seconds: float) -> tuple[list[Sample], float]:
    """Requests at their times, by as many clients as wait at once; late ones go out at once, and count."""
    run, began = Run(load_of, request_builder(load_of)), time.perf_counter()

    async def client() -> None:
        connection = await connect(load_of.port)
        while (due := (next(run.ids) - 1) / wanted) < seconds:
            await asyncio.sleep(began + due - time.perf_counter())
            if time.perf_counter() - began > seconds * LATE:
                break
            await send(run, connection, Ask(8, 0, 0, 1))
        connection.transport.close()

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return run.samples, time.perf_counter() - began
