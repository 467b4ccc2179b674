"""Too much at once is refused in words that clients wait upon; what runs is not touched."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import aiohttp
import pytest

from ccr.server import load as loads
from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, chat_json, chat_text, hang, json_answer, stream

BODY: dict[str, Any] = {"model": "m1", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}
STREAM = {**BODY, "stream": True}


async def test_beyond_the_bound_it_is_529_with_a_time_and_the_rest_goes_on(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    ends = asyncio.Event()
    begun = asyncio.Event()
    begun.set()
    upstream.reply(stream(chat_text("one", "two"), gates=[begun, begun, ends]), json_answer(chat_json("ok")))
    url = await start(MAX_IN_FLIGHT=1)
    async with http.post(url + "/v1/messages", json=STREAM) as running:
        await running.content.readany()
        for path in ("/v1/messages", "/v1/messages/count_tokens", "/preset/x/v1/messages"):
            async with http.post(url + path, json=BODY) as refused:
                assert refused.status == 529, path
                assert refused.headers["retry-after"]
                assert (await refused.json())["error"]["type"] == "overloaded_error"
        async with http.get(url + "/ready") as ready:
            assert ready.status == 503
        ends.set()
        assert b"message_stop" in await running.read()
    async with http.post(url + "/v1/messages", json=BODY) as after:
        assert after.status == 200


async def test_bodies_beyond_the_bound_wait_and_are_then_refused(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loads, "PATIENCE", 0.05)
    upstream.reply(hang)
    url = await start(MAX_BODIES_MB=1) + "/v1/messages"
    large = {**BODY, "system": "x" * 900_000}
    running = asyncio.ensure_future(http.post(url, json=large))
    await upstream.arrived.wait()
    packed = gzip.compress(json.dumps(large).encode())
    for data, headers in ((json.dumps(large).encode(), {}), (packed, {"content-encoding": "gzip"})):
        async with http.post(url, data=data, headers=headers) as refused:
            assert refused.status == 529
    running.cancel()
    await upstream.requests[0].closed.wait()
    upstream.reply(json_answer(chat_json("ok")))
    async with http.post(url, json=large) as after:
        assert after.status == 200
