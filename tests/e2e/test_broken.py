"""A stream that breaks, at whatever event: one valid error, no made-up end, no half call that looks whole."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, chat_chunk, sse, stream

BODY: dict[str, Any] = {
    "model": "lab,m1",
    "max_tokens": 50,
    "messages": [{"role": "user", "content": "Hi"}],
    "tools": [{"name": "Read", "input_schema": {"type": "object"}}],
}
USAGE = {"input_tokens": 9, "output_tokens": 1}
START = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m1", "content": [], "usage": USAGE}


def delta(index: int, **said: str) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": said}


ANTHROPIC: list[dict[str, Any]] = [
    {"type": "message_start", "message": {**START, "stop_reason": None, "stop_sequence": None}},
    {"type": "ping"},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    delta(0, type="text_delta", text="I "),
    delta(0, type="text_delta", text="look."),
    {"type": "content_block_stop", "index": 0},
    {
        "type": "content_block_start",
        "index": 1,
        "content_block": {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {}},
    },
    delta(1, type="input_json_delta", partial_json='{"file_path"'),
    delta(1, type="input_json_delta", partial_json=': "a.txt"}'),
    {"type": "content_block_stop", "index": 1},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": None}, "usage": USAGE},
    {"type": "message_stop"},
]
CALL = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "Read", "arguments": ""}}


def arguments(piece: str) -> dict[str, Any]:
    return chat_chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})


CHAT: list[dict[str, Any]] = [
    chat_chunk({"role": "assistant"}),
    chat_chunk({"content": "I "}),
    chat_chunk({"content": "look."}),
    chat_chunk({"tool_calls": [CALL]}),
    arguments('{"file_path"'),
    arguments(': "a.txt"}'),
    chat_chunk({}, "tool_calls"),
]
LENGTHS = {"anthropic": len(ANTHROPIC), "openai-chat": len(CHAT)}


def broken(protocol: str, length: int, *, how: str) -> Any:
    events, named = (ANTHROPIC, True) if protocol == "anthropic" else (CHAT, False)
    error = {"type": "error", "error": {"type": "api_error", "message": "torn"}}
    said = [*events[:length], error] if how == "error" else events[:length]
    return stream(sse(*said, named=named), cut=how == "cut")


def parsed(text: str) -> list[tuple[str, Any]]:
    lines = [block.split("\n", 1) for block in text.split("\n\n") if block.strip()]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in lines]


def check_stream(events: list[tuple[str, Any]]) -> None:
    names = [name for name, _ in events if name != "ping"]
    assert (names[0], names[-1], names.count("error")) == ("message_start", "error", 1)
    assert events[-1][1]["error"]["message"]
    assert "message_stop" not in names
    pieces = "".join(e["delta"].get("partial_json", "") for n, e in events if n == "content_block_delta")
    stopped = {e["index"] for n, e in events if n == "content_block_stop"}
    assert pieces == '{"file_path": "a.txt"}' or 1 not in stopped


def check_error(status: int, body: Any) -> None:
    assert status >= 500
    assert body["type"] == "error"
    assert body["error"]["message"]


@pytest.mark.parametrize("how", ["cut", "end", "error"])
@pytest.mark.parametrize("protocol", LENGTHS)
async def test_a_stream_ends_in_one_error_wherever_it_breaks(
    protocol: str, how: str, start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    url = await start(protocol, Resilience={"retry": False})
    for length in range(LENGTHS[protocol]):
        upstream.reply(broken(protocol, length, how=how))
        async with http.post(url + "/v1/messages", json={**BODY, "stream": True}) as response:
            if response.status == 200:
                check_stream(parsed(await response.text()))
            else:
                check_error(response.status, await response.json())


@pytest.mark.parametrize("how", ["cut", "end", "error"])
@pytest.mark.parametrize("protocol", LENGTHS)
async def test_who_does_not_stream_gets_an_error_with_its_status(
    protocol: str, how: str, start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    url = await start(protocol, Resilience={"retry": False})
    for length in range(LENGTHS[protocol]):
        upstream.reply(broken(protocol, length, how=how))
        async with http.post(url + "/v1/messages", json=BODY) as response:
            check_error(response.status, await response.json())


EMPTY = [ANTHROPIC[0], {**ANTHROPIC[-2], "delta": {"stop_reason": "end_turn"}}, ANTHROPIC[-1]]
CUT_OFF = [ANTHROPIC[0], {**ANTHROPIC[-2], "delta": {"stop_reason": "max_tokens"}}, ANTHROPIC[-1]]
OVERLOADED = [ANTHROPIC[0], {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}]


def anthropic(events: list[dict[str, Any]], *, cut: bool = False) -> Any:
    return stream(sse(*events, named=True), cut=cut)


@pytest.mark.parametrize("streams", [True, False])
@pytest.mark.parametrize("bad", [anthropic(EMPTY), anthropic(OVERLOADED), anthropic(ANTHROPIC[:3], cut=True)])
async def test_what_says_nothing_is_asked_of_the_next_target(
    bad: Any, streams: bool, start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(bad, anthropic(ANTHROPIC))
    url = await start("anthropic", fallback={"default": ["lab,m2"]}, Resilience={"retry": False})
    body = {**BODY, "model": "default", "stream": streams}
    async with http.post(url + "/v1/messages", json=body) as response:
        said = await response.text()
    assert (response.status, response.headers["x-ccr-model"]) == (200, "m2")
    assert "toolu_1" in said
    assert [seen.json["model"] for seen in upstream.requests] == ["m1", "m2"]


@pytest.mark.parametrize("only", [anthropic(EMPTY), anthropic(CUT_OFF)])
async def test_an_empty_answer_is_an_answer_where_nothing_else_is_left(
    only: Any, start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(only)
    url = await start("anthropic", Resilience={"retry": False})
    async with http.post(url + "/v1/messages", json={**BODY, "stream": True}) as response:
        names = [name for name, _ in parsed(await response.text())]
    assert (response.status, names) == (200, ["message_start", "message_delta", "message_stop"])


@pytest.mark.parametrize("streams", [True, False])
async def test_empty_answers_at_once_are_answers_however_few_may_be_asked_for_again(
    streams: bool, start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    """Which of them may is settled where they turn out to be empty, not before."""
    upstream.reply(*[anthropic(EMPTY)] * 40)
    url = await start("anthropic", Resilience={"retry": {"budgetBurst": 2, "budgetPerSecond": 0}})

    async def ask(n: int) -> int:
        body = {**BODY, "stream": streams, "metadata": {"user_id": str(n)}}
        async with http.post(url + "/v1/messages", json=body, headers={"x-session-id": str(n)}) as response:
            await response.read()
            return response.status

    assert await asyncio.gather(*map(ask, range(12))) == [200] * 12
    assert 12 < len(upstream.requests) < 24


async def test_an_answer_that_was_cut_off_before_its_first_word_is_one(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(anthropic(CUT_OFF))
    url = await start("anthropic", fallback={"default": ["lab,m2"]})
    async with http.post(url + "/v1/messages", json={**BODY, "model": "default"}) as response:
        assert (await response.json())["stop_reason"] == "max_tokens"
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("length", range(1, len(ANTHROPIC)))
async def test_who_does_not_stream_is_answered_by_another_wherever_it_breaks(
    length: int, start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(anthropic(ANTHROPIC[:length], cut=True), anthropic(ANTHROPIC))
    url = await start("anthropic", fallback={"default": ["lab,m2"]}, Resilience={"retry": False})
    async with http.post(url + "/v1/messages", json={**BODY, "model": "default"}) as response:
        message = await response.json()
    assert (response.status, response.headers["x-ccr-model"]) == (200, "m2")
    assert [block.get("text") or block.get("input") for block in message["content"]] == [
        "I look.",
        {"file_path": "a.txt"},
    ]
