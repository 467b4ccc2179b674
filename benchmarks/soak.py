"""A soak: clients that leave at random points, for minutes; what stays behind is counted.

A client leaves while it uploads, before the head, in mid-stream or while it waits for JSON, by closing or by
resetting its connection; some stay to the end. The provider notes when each request came and when its
connection closed; both sides read the same monotonic clock, so the difference is how long a request outlived
its client.
"""

import asyncio
import json
import math
import random
import socket
import statistics
import struct
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import uvloop

from benchmarks.compare import Bench, tell
from benchmarks.frames import Ask
from benchmarks.load import Load, request_builder
from benchmarks.machine import Process, get
from benchmarks.routers import Launch, Router

RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, for no time: close() sends RST
KINDS = {"upload": 1, "head": 3, "stream": 3, "json": 3, "stay": 2}
GOOD = b"HTTP/1.1 200"
SETTLE = 35.0


@dataclass(frozen=True)
class Plan:
    """How long, how many clients at once, the seed of every choice, and the path that may tell `tasks`."""

    seconds: float
    clients: int
    seed: int
    tasks: str


@dataclass(frozen=True)
class Limits:
    """`survival` in seconds after the client left, `growth` in MB from the middle of the run to its end."""

    survival: float = 0.5
    growth: float = 10.0
    sockets: int = 0
    tasks: int = 0


@dataclass
class Snapshot:
    """The router at one moment; None where it cannot be known."""

    memory: float | None
    descriptors: int | None
    sockets: int | None
    tasks: int | None
    provider_connections: int


@dataclass
class Findings:
    """What a soak saw. `survivals` are seconds by request id, infinite for one that never ended."""

    router: str
    requests: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    survivals: list[float] = field(default_factory=list)
    unreached: int = 0
    before: Snapshot | None = None
    after: Snapshot | None = None
    memory: list[float] = field(default_factory=list)
    died: bool = False

    def growth(self) -> float | None:
        """Megabytes from the middle of the run, when caches are full, to its end."""
        tenth, middle = max(len(self.memory) // 10, 1), len(self.memory) // 2
        if len(self.memory) < 4 * tenth:
            return None
        return statistics.median(self.memory[-tenth:]) - statistics.median(
            self.memory[middle : middle + tenth]
        )

    def sockets_left(self) -> int | None:
        """Sockets more than before, without those kept for reuse to the provider."""
        if (
            self.before is None
            or self.after is None
            or self.before.sockets is None
            or self.after.sockets is None
        ):
            return None
        kept = self.after.provider_connections - self.before.provider_connections
        return self.after.sockets - self.before.sockets - kept

    def tasks_left(self) -> int | None:
        if self.before is None or self.after is None or self.before.tasks is None or self.after.tasks is None:
            return None
        return self.after.tasks - self.before.tasks

    def broken(self, limits: Limits) -> list[str]:
        """What exceeds its limit, in words; empty when all is well."""
        checks = (
            ("longest survival, s", max(self.survivals, default=0.0), limits.survival),
            ("memory growth, MB", self.growth(), limits.growth),
            ("sockets left", self.sockets_left(), limits.sockets),
            ("tasks left", self.tasks_left(), limits.tasks),
            ("requests failed", self.failed.total(), 0),
            ("router died", int(self.died), 0),
        )
        return [
            f"{what}: {value:.3g} > {limit}"
            for what, value, limit in checks
            if value is not None and value > limit
        ]

    def as_json(self) -> dict[str, Any]:
        survivals = [None if math.isinf(value) else value for value in self.survivals]
        derived = {
            "growth": self.growth(),
            "sockets_left": self.sockets_left(),
            "tasks_left": self.tasks_left(),
        }
        counts = {"requests": dict(self.requests), "failed": dict(self.failed)}
        return {**asdict(self), **counts, "survivals": survivals, **derived}


LIMITS = Limits()


@dataclass
class Crowd:
    """The clients' shared state: ready-made requests by kind, and when each client left."""

    port: int
    builders: dict[bool, list[Callable[[Ask], bytes]]]
    rng: random.Random
    findings: Findings
    deadline: float
    left: dict[int, float] = field(default_factory=dict)

    async def client(self) -> None:
        while time.monotonic() < self.deadline:
            kind = self.rng.choices(list(KINDS), list(KINDS.values()))[0]
            self.findings.requests[kind] += 1
            try:
                await self.visit(kind, id=self.findings.requests.total())
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                self.findings.failed[f"{kind}: {type(error).__name__}"] += 1
                await asyncio.sleep(0.1)

    async def visit(self, kind: str, id: int) -> None:
        """One request on a connection of its own, up to the moment the client leaves."""
        ask = Ask(20, 5, 0, id) if kind == "stay" else Ask(200, 20, 0 if kind == "stream" else 2000, id)
        data = self.rng.choice(self.builders[kind != "json"])(ask)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data[: self.rng.randrange(len(data))] if kind == "upload" else data)
        if kind == "stay":
            await asyncio.wait_for(reader.readuntil(b"message_stop"), 30)
            writer.close()
            return
        told = await linger(reader, self.rng.uniform(0, 0.3 if kind == "upload" else 2.0))
        if told and not told.startswith(GOOD):
            self.findings.failed[f"{kind}: {told.splitlines()[0]!r}"] += 1
        self.leave(writer, id)

    def leave(self, writer: asyncio.StreamWriter, id: int) -> None:
        if self.rng.random() < 0.5:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.transport.abort()
        self.left[id] = time.monotonic()


async def linger(reader: asyncio.StreamReader, seconds: float) -> bytes:
    """Reads what comes for so long, so that the router never waits for this client; what came first."""
    told, deadline = b"", time.monotonic() + seconds
    try:
        async with asyncio.timeout(seconds):
            while data := await reader.read(65_536):
                told = told or data
    except (TimeoutError, ConnectionError):
        return told
    await asyncio.sleep(deadline - time.monotonic())
    return told


def soak(router: Router, plan: Plan, where: Bench) -> Findings:
    """Starts the router, lets the crowd at it, waits until it is quiet, and compares; raises LeftOut."""
    place = where.place(router)
    launch = router.prepare(place)
    process, _ = where.start(router, launch, place)
    findings = Findings(router.name)
    try:
        uvloop.run(crowd(Plan(3, 4, 0, plan.tasks), launch, place.port, process, Findings("warm-up")))
        findings.before = settled(process, place.port, where.upstream, plan.tasks)
        warm = len(records(where))
        left = uvloop.run(crowd(plan, launch, place.port, process, findings))
        findings.after = settled(process, place.port, where.upstream, plan.tasks)
        findings.died = process.popen.poll() is not None
    finally:
        process.stop()
    judge(findings, left, records(where)[warm:])
    return findings


async def crowd(
    plan: Plan, launch: Launch, port: int, process: Process, findings: Findings
) -> dict[int, float]:
    """When each client left, by request id; the router's memory is read all the while."""
    models = launch.models or (launch.model,)
    builders = {
        stream: [request_builder(Load(port, launch.path, model, 54_000, stream)) for model in models]
        for stream in (True, False)
    }
    rng = random.Random(plan.seed)  # noqa: S311  the same choices for the same seed
    all_of_them = Crowd(port, builders, rng, findings, time.monotonic() + plan.seconds)
    watcher = asyncio.create_task(watch(process, findings))
    await asyncio.gather(*(all_of_them.client() for _ in range(plan.clients)))
    watcher.cancel()
    return all_of_them.left


async def watch(process: Process, findings: Findings) -> None:
    started = time.monotonic()
    while True:
        if (memory := process.memory()) is not None:
            findings.memory.append(memory)
        if len(findings.memory) % 60 == 0:
            elapsed = time.monotonic() - started
            tell(f"{elapsed:.0f} s: {findings.requests.total()} requests, {memory or 0:.0f} MB")
        await asyncio.sleep(0.5)


def settled(process: Process, port: int, upstream: int, tasks: str) -> Snapshot:
    """The router once it has let go of every connection to its provider, or after `SETTLE` seconds."""
    deadline = time.monotonic() + SETTLE
    while (connections := provider_connections(upstream)) and time.monotonic() < deadline:
        time.sleep(0.5)
    count = task_count(port, tasks)
    return Snapshot(process.memory(), process.descriptors(), process.sockets(), count, connections)


def provider_connections(upstream: int) -> int:
    """Connections to the provider, those kept for reuse too."""
    count: int = json.loads(get(upstream, "/open"))["connections"]
    return count


def task_count(port: int, path: str) -> int | None:
    """The number under `tasks` in the JSON object that `path` answers with; None where there is none."""
    try:
        told = json.loads(get(port, path))
    except (OSError, ValueError):
        return None
    count = told.get("tasks") if isinstance(told, dict) else None
    return count if isinstance(count, int) else None


def records(where: Bench) -> list[dict[str, Any]]:
    """What the provider noted of each request so far."""
    noted: list[dict[str, Any]] = json.loads(get(where.upstream, "/records"))
    return noted


def judge(findings: Findings, left: dict[int, float], noted: list[dict[str, Any]]) -> None:
    """Fills in how long each request outlived its client."""
    by_id = {record["id"]: record for record in noted}
    for number, moment in left.items():
        if (record := by_id.get(number)) is None:
            findings.unreached += 1
            continue
        ended = record["done"] or record["closed"] or math.inf
        findings.survivals.append(max(ended - moment, 0.0))


def describe(findings: Findings, limits: Limits) -> str:
    """The findings as lines of text, the broken limits last."""
    ordered = sorted(findings.survivals) or [0.0]
    p50, longest = ordered[len(ordered) // 2], ordered[-1]
    growth = "unknown" if (grown := findings.growth()) is None else f"{grown:.1f} MB"
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(findings.requests.items()))
    lines = [
        f"{findings.router}: {findings.requests.total()} requests ({kinds})",
        f"left early: {len(ordered)} at the provider, {findings.unreached} that never reached it",
        f"survival after the client left: p50 {p50:.3f} s, longest {longest:.3f} s",
        f"before: {findings.before}",
        f"after:  {findings.after}",
        f"memory growth {growth}; left: sockets {findings.sockets_left()}, tasks {findings.tasks_left()}",
        *(f"failed: {what}: {count}" for what, count in findings.failed.items()),
    ]
    broken = [f"BROKEN {line}" for line in findings.broken(limits)] or ["all limits kept"]
    return "\n".join(lines + broken)
