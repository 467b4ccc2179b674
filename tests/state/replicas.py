"""States to test: of one process, or replicas on a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from ccr.config.state import Redis
from ccr.state.redis import Shared


class Want(NamedTuple):
    """As the limiter words it; 6 an hour unless said otherwise, which is nothing within a test."""

    name: str
    amount: float = 1
    capacity: float = 10
    refill: float = 6 / 3600


def place(name: str, capacity: float = 1) -> Want:
    return Want(name, 1, capacity, 0)


def replica(url: str, prefix: str, lease: float = 60.0) -> Shared:
    """Patient, because tests share their machine."""
    return Shared(Redis(url=url, prefix=prefix, timeoutMs=2000), lease=lease)


async def eventually(holds: Callable[[], bool]) -> None:
    """Returns once it holds; what takes longer than twenty seconds never will."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.002)
