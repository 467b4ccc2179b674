"""A gateway is closed when its last request has ended, after its patience in any case, and only once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ccr.config import Settings
from ccr.gateway import Gateway
from ccr.server.messages import Messages
from ccr.server.tenure import Tenure
from ccr.telemetry.active import Active


class Closing(Gateway):
    """A gateway that counts how often it was closed."""

    closed = 0

    async def close(self) -> None:
        self.closed += 1
        await super().close()


@pytest.fixture
def gateway() -> Closing:
    return Closing(Settings(Path("config.json")))


@pytest.fixture
def tenure(gateway: Closing) -> Tenure:
    return Tenure(gateway, Messages(gateway, Active()))


async def test_unused_it_is_closed_at_once(gateway: Closing, tenure: Tenure) -> None:
    with tenure:
        pass
    await tenure.end(60)
    assert gateway.closed == 1


async def test_in_use_it_is_closed_with_the_last_request(gateway: Closing, tenure: Tenure) -> None:
    with tenure:
        with tenure:
            ending = asyncio.ensure_future(tenure.end(60))
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not ending.done()
    await ending
    assert gateway.closed == 1


async def test_after_its_patience_it_is_closed_in_any_case(gateway: Closing, tenure: Tenure) -> None:
    with tenure:
        await tenure.end(0)
    assert gateway.closed == 1


async def test_when_the_process_ends_it_is_closed(gateway: Closing, tenure: Tenure) -> None:
    with tenure:
        ending = asyncio.ensure_future(tenure.end(60))
        await asyncio.sleep(0)
        ending.cancel()
        await asyncio.wait({ending})
    assert gateway.closed == 1
