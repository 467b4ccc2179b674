"""What agents ask stands below the request of the client, which ends as that client saw."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from tests.agents.support import chat
from tests.agents.test_image import BLIND, ROUTER, conversation, look
from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, hang, json_answer

LOOKS = (chat("Let me see.", look()), chat("It says STOP."))


async def test_rounds_and_looks_are_told_below_it(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(*LOOKS, chat("The sign says STOP."))
    url = await start(provider=BLIND, Router=ROUTER)
    async with http.post(f"{url}/v1/messages", json=conversation(streaming=True)) as answer:
        assert b"message_stop" in await answer.read()
        request = answer.headers["request-id"]
    story = await get(http, f"{url}/api/requests/{request}")
    assert (story["status"], story["error"], len(story["trace"]["tries"])) == (200, "", 1)
    assert sorted((one["model"], one["status"]) for one in story["rounds"]) == [("m1", 200), ("vision", 200)]
    assert story["took_ms"] > max(one["took_ms"] for one in story["rounds"])
    usage = await get(http, f"{url}/api/usage")
    assert (usage["totalRequests"], usage["totalRounds"]) == (3, 2)
    assert (usage["totalInputTokens"], usage["totalOutputTokens"]) == (36, 9), "each call once"


async def test_a_round_that_fails_is_the_failure_of_the_request(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(*LOOKS, json_answer({"error": {"message": "boom"}}, 500))
    url = await start(provider={**BLIND, "retry": {"attempts": 0}}, Router=ROUTER)
    async with http.post(f"{url}/v1/messages", json=conversation(streaming=True)) as answer:
        assert b"event: error" in await answer.read()
        request = answer.headers["request-id"]
    story = await get(http, f"{url}/api/requests/{request}")
    assert (story["status"], story["error"], story["message"]) == (500, "Broken", "boom")
    assert story["input"] == 12, "its own answer was whole, and cost something"


async def test_a_client_that_leaves_in_a_round_has_left_the_request(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(*LOOKS, hang)
    url = await start(provider=BLIND, Router=ROUTER)
    asked = asyncio.ensure_future(http.post(f"{url}/v1/messages", json=conversation(streaming=False)))
    while len(upstream.requests) < 3:
        await get(http, f"{url}/health")
    asked.cancel()
    while len(rows := (await get(http, f"{url}/api/requests"))["requests"]) < 3:
        pass
    ends = {row["parent"] == "": row["error"] for row in rows if row["model"] == "m1"}
    assert ends == {True: "left", False: "left"}


async def get(http: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    async with http.get(url) as answer:
        told: dict[str, Any] = await answer.json()
        return told
