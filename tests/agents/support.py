"""Answers of a Chat provider with calls in them, and what a client gets of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp

from ccr.anthropic.events import Event, read
from ccr.wire.sse import Splitter
from tests.e2e.upstream import USAGE, Reply, Seen, chat_chunk, json_answer, sse, stream
from tests.grammar import check

Call = tuple[str, str, dict[str, Any]]
"""Id, name and arguments."""


def chat(text: str = "", *calls: Call, thought: str = "") -> Reply:
    """An answer as it is asked for: a stream, or one JSON body."""

    async def reply(writer: asyncio.StreamWriter, seen: Seen) -> None:
        wanted = _streamed(text, calls, thought) if seen.json.get("stream") else _whole(text, calls, thought)
        await wanted(writer, seen)

    return reply


def chosen(choose: Callable[[Any], Reply]) -> Reply:
    """Whatever ``choose`` gives for the request's JSON: for requests that come in no certain order."""

    async def reply(writer: asyncio.StreamWriter, seen: Seen) -> None:
        await choose(seen.json)(writer, seen)

    return reply


async def ask(http: aiohttp.ClientSession, url: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    """The message that a client gets, its stream checked against the grammar."""
    async with http.post(url + "/v1/messages", json=body, headers=headers) as response:
        data = await response.read()
        assert response.status == 200, data
    if not body.get("stream"):
        message: dict[str, Any] = json.loads(data)
        return message
    return check(events_of(data))


def events_of(data: bytes) -> list[Event]:
    splitter = Splitter()
    return [read(event) for event in [*splitter.feed(data), *splitter.end()]]


def _arguments(call: Call) -> str:
    return json.dumps(call[2])


def _streamed(text: str, calls: tuple[Call, ...], thought: str) -> Reply:
    deltas: list[dict[str, Any]] = [{"role": "assistant"}]
    deltas += [{"reasoning_content": thought}] if thought else []
    deltas += [{"content": text}] if text else []
    for index, call in enumerate(calls):
        named = {"name": call[1], "arguments": ""}
        deltas.append(
            {"tool_calls": [{"index": index, "id": call[0], "type": "function", "function": named}]}
        )
        said = {"arguments": _arguments(call)}
        deltas.append({"tool_calls": [{"index": index, "function": said}]})
    chunks = [chat_chunk(delta) for delta in deltas]
    usage = {"id": "chatcmpl-1", "model": "up-model", "choices": [], "usage": USAGE}
    ending = chat_chunk({}, "tool_calls" if calls else "stop")
    return stream(sse(*chunks, ending, usage, done=True))


def _whole(text: str, calls: tuple[Call, ...], thought: str) -> Reply:
    message: dict[str, Any] = {"role": "assistant", "content": text or None}
    if thought:
        message["reasoning_content"] = thought
    if calls:
        message["tool_calls"] = [
            {"id": call[0], "type": "function", "function": {"name": call[1], "arguments": _arguments(call)}}
            for call in calls
        ]
    finish = "tool_calls" if calls else "stop"
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return json_answer({"id": "chatcmpl-1", "model": "up-model", "choices": [choice], "usage": USAGE})
