"""What a request held is free when it is over, however it ended: nothing waits for the cycle collector.

The collector runs rarely (server/run.py), and a request holds its body: hundreds of kilobytes each.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from ccr.exchange import Exchange
from tests.e2e.conftest import Start
from tests.e2e.upstream import (
    FakeUpstream,
    Reply,
    chat_chunk,
    chat_json,
    hang,
    json_answer,
    sse,
    stream,
)

BODY: dict[str, Any] = {"model": "lab,m1", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}
WORDS = [chat_chunk({"content": "One "}), chat_chunk({"content": "two."}), chat_chunk({}, "stop")]
GOOD = json_answer(chat_json("fine"))
BUSY = json_answer({"error": {"message": "busy"}}, 529)


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.freeze()  # what other tests left is not looked at
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


async def alive() -> int:
    """Exchanges that are still there once all tasks have had their turn."""
    found = 1
    for _ in range(200):
        if found := sum(type(thing) is Exchange for thing in gc.get_objects()):
            await asyncio.sleep(0.01)
    return found


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize(
    "replies",
    [
        [stream(sse(*WORDS, done=True))],
        [GOOD],
        [json_answer({"error": {"message": "no"}}, 400)],
        [BUSY],
        [BUSY, GOOD],
        [stream(sse(*WORDS[:1]), cut=True)],
        [stream([], cut=True), GOOD],
    ],
    ids=["stream", "json", "refused", "failed", "retried", "broken", "empty, retried"],
)
@pytest.mark.usefixtures("uncollected")
async def test_answered_or_failed(
    start: Start,
    upstream: FakeUpstream,
    http: aiohttp.ClientSession,
    replies: list[Reply],
    streaming: bool,
) -> None:
    upstream.reply(*replies)
    url = await start(Resilience={"retry": {"firstDelayMs": 1}})
    async with http.post(f"{url}/v1/messages", json={**BODY, "stream": streaming}) as answer:
        await answer.read()
    assert await alive() == 0


@pytest.mark.parametrize("reply", [hang, stream(sse(*WORDS[:2]), end=False)], ids=["waiting", "reading"])
@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.usefixtures("uncollected")
async def test_left(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, reply: Reply, streaming: bool
) -> None:
    upstream.reply(reply)
    url = await start()
    asking = asyncio.ensure_future(http.post(f"{url}/v1/messages", json={**BODY, "stream": streaming}))
    await upstream.arrived.wait()
    if reply is not hang and streaming:
        (await asking).close()
    asking.cancel()
    await asyncio.wait({asking})
    del asking
    await upstream.requests[0].closed.wait()
    assert await alive() == 0
