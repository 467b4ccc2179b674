"""A router with a provider of its own for each case, all of them played by one server."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ccr.config import Settings, load
from ccr.exchange import Exchange, Plan
from ccr.gateway import Gateway
from ccr.server.app import App
from ccr.services import Services
from ccr.telemetry.prices import Prices
from ccr.upstream.failover import Watcher
from tests.chaos.scripts import PATHS
from tests.e2e.router import serving
from tests.e2e.upstream import FakeUpstream, Reply, Seen, fake_upstream, json_answer

RETRY = {"firstDelayMs": 5, "maxDelayMs": 10, "retryAfterSeconds": 0.5}
LIMITS = {"concurrency": 64, "rpm": 100_000, "tpm": 1_000_000_000}
"""Never reached; they are counted, so that what is not given back is seen."""

KEPT = ("FakeUpstream._serve", "_left")
"""Tasks of an upstream that live as long as an idle connection."""


class Stage:
    """One server that plays every provider: by the first part of its path."""

    def __init__(self, fake: FakeUpstream) -> None:
        self.url = fake.url
        self.parts: dict[str, Reply] = {}
        self.seen: defaultdict[str, list[Seen]] = defaultdict(list)
        fake.reply(self._play)

    async def _play(self, writer: asyncio.StreamWriter, seen: Seen) -> None:
        name = seen.path.split("/", 2)[1]
        self.seen[name].append(seen)
        unknown = json_answer({"error": {"message": f"nobody plays {name}"}}, 500)
        await self.parts.get(name, unknown)(writer, seen)


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    async with fake_upstream() as fake:
        yield Stage(fake)


def provider(stage_url: str, name: str, protocol: str, **more: Any) -> dict[str, Any]:
    """An entry of ``Providers`` that the stage plays under its name."""
    return {
        "name": name,
        "protocol": protocol,
        "api_base_url": f"{stage_url}/{name}{PATHS[protocol]}",
        "api_key": "k",
        "models": ["m"],
        "limits": LIMITS,
        **more,
    }


@asynccontextmanager
async def refusing() -> AsyncIterator[str]:
    """An address at which nobody listens, and nobody else will."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


class Counted(Services):
    """Services that count how often the end of each request is told."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.ends: Counter[str] = Counter()

    def watcher(
        self,
        settings: Settings,
        prices: Prices,
        trace: Callable[[Plan], dict[str, Any]],
        kind: Callable[[Exchange], str],
    ) -> Watcher | None:
        inner, ends = super().watcher(settings, prices, trace, kind), self.ends

        class Both:
            def ended(self, exchange: Exchange) -> None:
                ends[exchange.id] += 1
                if inner is not None:
                    inner.ended(exchange)

        return Both()


@dataclass
class Running:
    """A router that serves."""

    url: str
    gateway: Gateway
    services: Counted
    app: App
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    """Those that ran before the first request."""

    async def leftovers(self) -> list[str]:
        """What should not be there when all requests are over; what takes a moment is waited for."""
        found = self._left()
        for _ in range(120):
            if not found:
                break
            await asyncio.sleep(0.025)
            found = self._left()
        return found

    def _left(self) -> list[str]:
        gateway, accesses = self.gateway, self.gateway._upstream._access.values()
        benches = [bench for one in accesses for bench in (one.pool._bench, one.breaker._bench)]
        flights = [one.flight for one in gateway.sharing._open.values()]
        connectors = [gone.session.connector for gone in gateway._client._ways._gone.values()]
        found = {
            "permits": gateway.limiter.reserved,
            "in line": gateway.limiter.waiting,
            "places": self._places(),
            "requests": len(self.app.active.running()),
            "in flight": self.app.load.in_flight,
            "sockets": sum(len(connector._acquired) for connector in connectors if connector),
            "probes": sum(len(bench._probing) for bench in benches),
            "readers": sum(len(flight.readers) for flight in flights),
            "kept bytes": 0 if flights else gateway.sharing._size,
            "not ended once": sum(times != 1 for times in self.services.ends.values()),
            "tasks": sum(map(_passes, asyncio.all_tasks() - self.tasks)),
        }
        return [f"{name}: {number}" for name, number in found.items() if number]

    def _places(self) -> int:
        """Places that are held, as this router knows."""
        buckets = getattr(self.services.state, "buckets", None)
        known = getattr(buckets, "_buckets", None)
        if known is not None:
            return sum(1 for name, one in known.items() if name.endswith("concurrency") and one.spent)
        return len(buckets.held) if buckets is not None else 0


def _passes(task: asyncio.Task[Any]) -> bool:
    """Whether it should have ended with its request."""
    name = getattr(task.get_coro(), "__qualname__", "")
    return task is not asyncio.current_task() and not any(part in name for part in KEPT)


@asynccontextmanager
async def running(folder: Path, config: dict[str, Any]) -> AsyncIterator[Running]:
    """Serves a configuration."""
    path = folder / "config.json"
    path.write_text(json.dumps({"LOG": False, **config}))
    settings = load(path, {})
    services = Counted(settings)
    gateway = Gateway(settings, services=services)
    app = App(gateway)
    async with serving(app) as url:
        yield Running(url, gateway, services, app, set(asyncio.all_tasks()))
