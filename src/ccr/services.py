"""What a process has once, whatever its configuration becomes: the state it shares, and its accounts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf
from typing import Any

from ccr.config import Settings
from ccr.errors import RouterError
from ccr.exchange import Exchange, Plan
from ccr.state import State, open_state
from ccr.state.memory import Memory
from ccr.telemetry.ledger.keeper import Ledger, ledger_of
from ccr.telemetry.ledger.retention import Retention
from ccr.telemetry.logs.requests import RequestLog
from ccr.telemetry.prices import Prices
from ccr.telemetry.service import Telemetry
from ccr.upstream.failover import Watcher


class Services:
    """``start`` and ``close`` them, once each. Without settings they keep and count nothing."""

    def __init__(
        self, settings: Settings | None = None, learn: Callable[[Settings], None] = lambda _: None
    ) -> None:
        """``learn`` is told of each configuration that is used, presets' too: the logs hide its secrets."""
        self.learn = learn
        self.state: State = open_state(settings) if settings is not None else Memory()
        self.ledger = ledger_of(settings) if settings is not None else Ledger(None, Retention(inf, inf))
        self.telemetry: Telemetry | None = None
        if settings is not None:
            self.telemetry = Telemetry(settings, [self.ledger, RequestLog()])
            self.ledger.feed = self.telemetry.meter.flush

    def watcher(
        self,
        settings: Settings,
        prices: Prices,
        trace: Callable[[Plan], dict[str, Any]],
        kind: Callable[[Exchange], str],
    ) -> Watcher | None:
        """Who is told of what is over, for one configuration. ``trace`` and ``kind`` are routing's."""
        self.learn(settings)
        return self.telemetry.watch(settings, prices, trace, kind) if self.telemetry is not None else None

    def refused(self, error: RouterError, id: str) -> None:
        """A request failed before it was routed."""
        if self.telemetry is not None:
            self.telemetry.refused(error, id)

    def health(self) -> dict[str, Any]:
        """How the state does, for ``/health``."""
        found = self.state.health()
        return {"kind": found.kind, "shared": found.shared, **({"error": found.error} if found.error else {})}

    async def start(self) -> None:
        if self.telemetry is not None:
            self.telemetry.start()
        await self.state.start()

    async def close(self) -> None:
        """Writes what is not yet written."""
        await self.state.close()
        if self.telemetry is not None:
            await asyncio.to_thread(self.telemetry.close)
