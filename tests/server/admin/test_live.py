"""`/api/live`: requests as they end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp

from ccr.server.admin.live import events
from ccr.telemetry.ledger.recent import UNREAD, Recent
from tests.e2e.conftest import Start
from tests.telemetry.ledger.records import record


async def following(stream: AsyncIterator[bytes]) -> bytes:
    return await asyncio.wait_for(anext(stream), 30)


async def test_a_request_is_an_event() -> None:
    recent = Recent()
    stream = events(recent)
    assert (await following(stream)).startswith(b":")
    recent.add(record(1))
    name, data = (await following(stream)).decode().strip().split("\n")
    assert name == "event: request"
    assert json.loads(data.removeprefix("data: "))["id"] == record(1).id
    await stream.aclose()
    assert recent.listeners == 0


async def test_silence_is_filled_with_comments() -> None:
    stream = events(Recent(), beat=0.001)
    await following(stream)
    assert await following(stream) == b": \n\n"
    await stream.aclose()


async def test_a_gap_is_told() -> None:
    recent = Recent()
    stream = events(recent)
    await following(stream)
    for number in range(UNREAD + 2):
        recent.add(record(number))
    assert (await following(stream)).startswith(b'event: missed\ndata: {"count":2}\n\n')
    await stream.aclose()


async def test_it_ends_with_the_ledger() -> None:
    recent = Recent()
    stream = events(recent)
    await following(stream)
    recent.close()
    assert [piece async for piece in stream] == []


async def test_it_is_served_until_the_listener_leaves(start: Start, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{await start()}/api/live") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert await answer.content.readline() == b": listening\n"
