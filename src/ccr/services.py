"""What a process has once, whatever its configuration becomes: the state it shares, and its accounts."""

from __future__ import annotations

from ccr.config import Settings
from ccr.state import State
from ccr.state.memory import Memory
from ccr.upstream.failover import Watcher


class Services:
    """By default those of a process that keeps nothing. ``start`` and ``close`` them."""

    def __init__(self, state: State | None = None) -> None:
        self.state: State = state or Memory()

    def watcher(self, settings: Settings) -> Watcher | None:
        """Who is told of what is over, for one configuration."""
        del settings
        return None

    async def start(self) -> None:
        await self.state.start()

    async def close(self) -> None:
        await self.state.close()
