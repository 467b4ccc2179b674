"""Decisions without sending, over HTTP."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, chat_json, json_answer

BODY: dict[str, Any] = {
    "model": "claude-x",
    "max_tokens": 50,
    "messages": [{"role": "user", "content": "Hi"}],
}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/api/route", {}),
        ("/v1/messages", {"x-ccr-dry-run": "1"}),
        ("/v1/messages?beta=true", {"x-ccr-dry-run": "true"}),
    ],
)
async def test_the_decision_is_told_and_nothing_is_sent(
    path: str, headers: dict[str, str], start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    url = await start(Router={"default": "lab,m1", "agents": {"Explore": "lab,e"}})
    agent = {**headers, "x-claude-code-agent-type": "Explore"}
    for stream in (True, False):
        async with http.post(url + path, json={**BODY, "stream": stream}, headers=agent) as response:
            told = await response.json()
            assert response.status == 200
        assert (told["rule"], told["target"]) == ("agents.Explore", "lab,e")
        assert told["asked"][-1] == {"rule": "agents", "verdict": "the agent Explore"}
        if path != "/api/route":
            assert response.headers["x-ccr-route"] == "agents.Explore"
            assert response.headers["x-ccr-model"] == "e"
    assert upstream.requests == []


async def test_what_cannot_be_served_is_a_decision_too(start: Start, http: aiohttp.ClientSession) -> None:
    url = await start()
    async with http.post(url + "/api/route", json={**BODY, "model": "bal,m"}) as response:
        told = await response.json()
    assert (response.status, told["target"]) == (200, None)
    assert told["error"]["type"] == "not_found_error"
    assert "Provider 'bal'" in told["error"]["message"]


async def test_the_router_s_key_is_asked_for_and_says_who_it_is(
    start: Start, http: aiohttp.ClientSession
) -> None:
    clients = {"ci": {"default": "lab,ci"}}
    keys = {"APIKEY": "main", "APIKEYS": [{"key": "k-ci", "name": "ci"}, "k-2"]}
    url = await start(Router={"default": "lab,m1", "clients": clients}, **keys)
    expected = {"main": "lab,m1", "k-ci": "lab,ci", "k-2": "lab,m1"}
    for key, target in expected.items():
        for headers in ({"x-api-key": key}, {"authorization": f"Bearer {key}"}):
            async with http.post(url + "/api/route", json=BODY, headers=headers) as response:
                assert (await response.json())["target"] == target
    for headers in ({}, {"x-api-key": "k-3"}):
        async with http.post(url + "/api/route", json=BODY, headers=headers) as response:
            assert response.status == 401


async def test_a_body_that_is_no_request_is_told(start: Start, http: aiohttp.ClientSession) -> None:
    url = await start()
    async with http.post(url + "/api/route", data=b"{") as response:
        assert response.status == 400


@pytest.mark.parametrize("value", ["0", "false", "No", ""])
async def test_a_dry_run_that_is_not_wanted_is_none(
    value: str, start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(json_answer(chat_json("fine")))
    url = await start()
    async with http.post(url + "/v1/messages", json=BODY, headers={"x-ccr-dry-run": value}) as response:
        assert (await response.json())["content"] == [{"type": "text", "text": "fine"}]
