"""Calls of agents' tools are run, and the model is asked on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ccr.agents import rounds
from tests.agents.support import ask, chat, events_of
from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, hang, json_answer
from tests.grammar import violations

AGENT = """
from ccr.agents.contract import Agent, Result, Task
from ccr.errors import NoRoute

class Mine(Agent):
    async def prepare(self, exchange):
        return Doing() if exchange.body.get("tools") else None

class Doing(Task):
    def tools(self, target):
        return frozenset({"mine"})

    def request(self, body, target):
        return {**body, "tools": [*body["tools"], {"name": "mine", "input_schema": {"type": "object"}}]}

    async def run(self, call, ask):
        if "raise" in call.input:
            raise ValueError(call.input["raise"])
        if "lost" in call.input:
            raise NoRoute("nowhere to go")
        return Result(f"did {call.input['what']}")
"""
STREAMING = pytest.mark.parametrize("streaming", [True, False])


def mine(id: str = "call_1", **given: Any) -> Any:
    return (id, "mine", given or {"what": "it"})


def body(streaming: bool = True, **more: Any) -> dict[str, Any]:
    edit = {"name": "Edit", "input_schema": {"type": "object"}}
    said = [{"role": "user", "content": "go"}]
    return {"model": "x", "max_tokens": 9, "stream": streaming, "messages": said, "tools": [edit], **more}


@pytest.fixture
def agent(tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "mine.py"
    path.write_text(AGENT)
    return {"agents": [{"path": str(path)}]}


def told(upstream: FakeUpstream) -> list[str]:
    return [m["content"] for m in upstream.requests[-1].json["messages"] if m["role"] == "tool"]


@STREAMING
async def test_calls_at_once_are_all_answered_in_their_order(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, agent: Any, streaming: bool
) -> None:
    upstream.reply(chat("", mine("a", what="one"), mine("b", what="two")), chat("done"))
    message = await ask(http, await start(**agent), body(streaming))
    assert [block["text"] for block in message["content"]] == ["done"]
    assert told(upstream) == ["did one", "did two"]


async def test_what_was_thought_goes_back_with_the_calls(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, agent: Any
) -> None:
    upstream.reply(chat("", mine(), thought="Let me see."), chat("done"))
    url = await start(provider={"dialect": {"replay": "reasoning_content"}}, **agent)
    message = await ask(http, url, body())
    assert [block["type"] for block in message["content"]] == ["thinking", "text"]
    assert upstream.requests[1].json["messages"][-2]["reasoning_content"] == "Let me see."


async def test_what_a_tool_raises_is_told_to_the_model(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, agent: Any
) -> None:
    upstream.reply(chat("", mine("a", **{"raise": "oh no"}), mine("b", lost=1)), chat("sorry"))
    await ask(http, await start(**agent), body())
    first, second = told(upstream)
    assert "mine failed: ValueError: oh no" in first
    assert "mine failed: nowhere to go" in second


async def test_it_comes_to_an_end(
    start: Start,
    upstream: FakeUpstream,
    http: aiohttp.ClientSession,
    agent: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "MOST_ROUNDS", 3)
    upstream.reply(chat("again", mine()))
    message = await ask(http, await start(**agent), body())
    assert [block["text"] for block in message["content"]] == ["again"] * 3
    assert message["stop_reason"] == "end_turn"
    assert len(upstream.requests) == 3


async def test_a_tool_that_had_to_be_called_is_demanded_once(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, agent: Any
) -> None:
    upstream.reply(chat("", mine()), chat("done"))
    choice = {"type": "tool", "name": "mine", "disable_parallel_tool_use": True}
    await ask(http, await start(**agent), body(tool_choice=choice))
    first, second = (seen.json for seen in upstream.requests)
    assert first["tool_choice"] == {"type": "function", "function": {"name": "mine"}}
    assert second["tool_choice"] == "auto"
    assert second["parallel_tool_calls"] is False


@STREAMING
async def test_a_further_round_that_fails_before_anything_was_said_is_an_http_error(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, agent: Any, streaming: bool
) -> None:
    upstream.reply(chat("", mine()), json_answer({"error": {"message": "too long"}}, 400))
    url = await start(**agent)
    async with http.post(url + "/v1/messages", json=body(streaming)) as response:
        assert response.status == 400
        assert "too long" in (await response.json())["error"]["message"]


async def test_a_further_round_that_fails_later_is_an_error_event(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, agent: Any
) -> None:
    upstream.reply(chat("First,", mine()), json_answer({"error": {"message": "down"}}, 500))
    url = await start(**agent)
    async with http.post(url + "/v1/messages", json=body()) as response:
        data = await response.read()
    assert violations(events_of(data)) == []
    assert b"event: error" in data
    assert b"message_stop" not in data


async def test_a_client_that_leaves_ends_the_round_that_runs(
    start: Start, upstream: FakeUpstream, agent: Any
) -> None:
    upstream.reply(chat("First,", mine()), hang)
    url = await start(**agent)
    async with (
        aiohttp.ClientSession() as session,
        session.post(url + "/v1/messages", json=body()) as response,
    ):
        await response.content.readany()
        while len(upstream.requests) < 2:
            upstream.arrived.clear()
            await upstream.arrived.wait()
        response.close()
    await asyncio.wait_for(upstream.requests[1].closed.wait(), 20)


async def test_requests_that_concern_no_agent_are_relayed_as_they_are(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, agent: Any
) -> None:
    answer = {"id": "m", "content": [], "usage": {}, "odd": 1.50}
    upstream.reply(json_answer(answer))
    url = await start("anthropic", **agent)
    raw = b'{ "model":"lab,m1", "messages": [ ] }'
    async with http.post(url + "/v1/messages", data=raw) as response:
        assert await response.json() == answer
    assert upstream.requests[0].body == raw.replace(b"lab,m1", b"m1")
