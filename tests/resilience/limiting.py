"""What the tests of limits share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import pytest

from ccr.config import Settings
from ccr.config.limits import Limits, Queue
from ccr.config.provider import ModelFacts, Provider
from ccr.config.shapes import limits as written
from ccr.resilience.limiter import Limiter, OverLimit, Permit
from ccr.resilience.limits import Cost, Scope
from ccr.state import State
from ccr.state.memory import Memory

SMALL = Cost(1, 0)
TRY = Scope.of_try("p", "m", "one")


def limits(**said: Any) -> Limits:
    return written.of(written.Limits(**said))


def settings(queue: Queue | None = None, protocol: str = "openai_chat", **said: Any) -> Settings:
    """One provider ``p`` with these limits; or, named so, of ``model``, ``key``, ``client`` and ``all``."""
    own = {name: said.pop(name) for name in ("model", "key", "client", "all") if name in said}
    provider = Provider(
        name="p",
        base_url="http://p.example",
        protocol=protocol,
        keys=("1", "2"),
        key_options=({"label": "one", "limits": own.get("key", {})}, {"label": "two"}),
        facts={"m": ModelFacts(limits=limits(**own.get("model", {})))},
        limits=limits(**said),
    )
    return Settings(
        path=Path("config.json"),
        providers=(provider,),
        limits=limits(**own.get("all", {})),
        client_limits={"ann": limits(**own["client"])} if "client" in own else {},
        queue=queue or Queue(),
    )


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def limiter(made: Settings, state: State | None = None) -> Limiter:
    return Limiter(made, state or Memory())


async def settle_down() -> None:
    """Lets all that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)


async def refused(entering: Awaitable[Permit]) -> OverLimit:
    with pytest.raises(OverLimit) as raised:
        await entering
    return raised.value
