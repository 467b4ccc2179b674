"""What is refused before it is routed has an id, the same in all that is told of it."""

from __future__ import annotations

import asyncio
import logging
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, hang

KEY = {"x-api-key": "router-key"}
MESSAGES = "/v1/messages"
BODY = {"model": "m1", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}


@pytest.mark.parametrize(
    ("headers", "data", "status", "error"),
    [
        ({}, b"{}", 401, "Unauthorized"),
        (KEY, b"{", 400, "BadRequest"),
        (KEY, b'{"messages": "no list"}', 400, "BadRequest"),
        (KEY, b" " * (1 << 20) + b"x" * 100_000, 413, "TooLarge"),
    ],
    ids=["no key", "no JSON", "no messages", "too large"],
)
async def test_a_refusal_bears_one_id_everywhere(
    start: Start,
    http: aiohttp.ClientSession,
    caplog: pytest.LogCaptureFixture,
    headers: dict[str, str],
    data: bytes,
    status: int,
    error: str,
) -> None:
    url = await start(APIKEY="router-key", MAX_BODY_MB=1)
    with caplog.at_level(logging.INFO, "ccr.request"):
        request_id = await refused(http, url + MESSAGES, status, data=BytesIO(data), headers=headers)
    assert await remembered(http, url, headers=KEY) == [(request_id, status, error)]
    assert [line.partition(" ")[0] for line in caplog.messages] == [request_id]
    async with http.get(f"{url}/api/requests/{request_id}", headers=KEY) as answer:
        told = await answer.json()
    assert (told["status"], told["error"], told["rounds"]) == (status, error, [])


async def test_each_refusal_has_an_id_of_its_own(start: Start, http: aiohttp.ClientSession) -> None:
    url = await start()
    asked = [await refused(http, url + MESSAGES, 400, data=b"{") for _ in range(3)]
    asked += [await refused(http, f"{url}/nowhere", 404), await refused(http, f"{url}/api/nowhere", 404)]
    asked.append(await refused(http, f"{url}/v1/messages/count_tokens", 400, data=b"{"))
    asked.append(await refused(http, f"{url}/api/config", 413, data=BytesIO(b" " * (9 << 20))))
    assert len(set(asked)) == len(asked)
    assert [one for one, *_ in await remembered(http, url)] == asked[2::-1], "only of what was to be answered"


async def test_there_being_no_room_is_an_error_that_fills_no_log(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    upstream.reply(hang)
    url = await start(MAX_IN_FLIGHT=1)
    running = asyncio.ensure_future(http.post(url + MESSAGES, json=BODY))
    await upstream.arrived.wait()
    with caplog.at_level(logging.INFO, "ccr.request"):
        request_id = await refused(http, url + MESSAGES, 529, data=b"{}")
        await refused(http, f"{url}/v1/messages/count_tokens", 529, data=b"{}")
    assert not caplog.messages
    running.cancel()
    await upstream.requests[0].closed.wait()
    assert await remembered(http, url) == [(request_id, 529, "Draining")]


async def refused(http: aiohttp.ClientSession, url: str, status: int, **how: Any) -> str:
    """The id of a request that is refused."""
    async with http.post(url, **how) as answer:
        assert answer.status == status
        told = await answer.json()
        assert told["request_id"].startswith("req_")
        assert answer.headers["request-id"] == told["request_id"] != "req_none"
        found: str = told["request_id"]
        return found


async def remembered(http: aiohttp.ClientSession, url: str, **how: Any) -> list[tuple[str, int, str]]:
    """The error history, the newest first."""
    async with http.get(f"{url}/api/errors", **how) as answer:
        told = await answer.json()
    assert sum(told["refused"].values()) == len(told["recent"])
    return [(one["id"], one["status"], one["error"]) for one in told["recent"]]
