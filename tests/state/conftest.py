"""``state``: each implementation in turn, started."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ccr.state import State
from ccr.state.memory import Memory
from tests.state.replicas import replica


@pytest.fixture(params=["memory", "redis"])
async def state(request: pytest.FixtureRequest) -> AsyncIterator[State]:
    if request.param == "memory":
        made: State = Memory()
    else:
        made = replica(request.getfixturevalue("redis_url"), request.getfixturevalue("redis_prefix"))
    await made.start()
    assert made.health().error == ""
    yield made
    await made.close()
