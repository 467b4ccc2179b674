"""A tool call, streamed, through the real route: by the running service, else within this process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ccr.anthropic.events import Event, read
from ccr.anthropic.message import Assembler
from ccr.cli.doctor.findings import Finding, failure, ok, skipped, warning
from ccr.cli.doctor.world import World
from ccr.cli.setup.trying import CURES
from ccr.config.network import DIRECT
from ccr.config.settings import Settings
from ccr.errors import RouterError, UpstreamError
from ccr.exchange import Exchange
from ccr.gateway import Gateway
from ccr.upstream.client import Client, Timeouts
from ccr.wire import json
from ccr.wire.sse import Splitter

PATIENCE = Timeouts(connect=2.0, first_byte=9.0, idle=9.0, total=9.0)
NAME = "tool call"
WORD = "ready"
TOOL = {
    "name": "report",
    "description": "Reports a word to the user.",
    "input_schema": {
        "type": "object",
        "properties": {"word": {"type": "string", "description": "The word"}},
        "required": ["word"],
    },
}
BODY: dict[str, Any] = {
    "model": "claude-doctor",
    "max_tokens": 512,
    "stream": True,
    "tools": [TOOL],
    "messages": [
        {"role": "user", "content": f'Call the tool "report" with the word "{WORD}". Say nothing else.'}
    ],
}


def check(world: World) -> list[Finding]:
    """One small request to the model that usually answers."""
    settings = world.settings
    if not world.runs and (settings is None or not settings.providers):
        return [skipped(NAME, "there is no provider that could answer.")]
    began = time.perf_counter()
    try:
        message = asyncio.run(_answer(world, settings))
    except RouterError as error:
        return [failure(NAME, error.message, CURES.get(error.status, "`ccr why last` tells the story."))]
    where = "through the service" if world.runs else "within this process (no service runs)"
    return [judged(message, f"{where}, {time.perf_counter() - began:.1f} s")]


def judged(message: dict[str, Any], how: str) -> Finding:
    """What became of the call."""
    model = message.get("model") or "the model"
    calls = [block for block in message.get("content") or () if block.get("type") == "tool_use"]
    if not calls:
        told = f"{model} answered without calling the tool, {how}."
        return warning(
            NAME, told, "Claude Code needs tools: choose a model that has them for Router.default."
        )
    call = calls[0]
    if call.get("name") != TOOL["name"] or not isinstance(call["input"].get("word"), str):
        return failure(
            NAME, f"{model} called it with {call.get('input')!r:.100}, {how}.", "Choose another model."
        )
    if message.get("stop_reason") != "tool_use":
        return failure(NAME, f"{model} did not end its turn for the tool, {how}.", "`ccr why last`")
    return ok(NAME, f"{model} called the tool, {how}.")


async def _answer(world: World, settings: Settings | None) -> dict[str, Any]:
    """The whole message. Raises ``RouterError``."""
    assembler = Assembler()
    source = _by_service(world) if world.runs else _here(settings)
    async with source as events:
        async for event in events:
            assembler.add(event)
    return assembler.message()


@asynccontextmanager
async def _here(settings: Settings | None) -> AsyncIterator[AsyncIterator[Event]]:
    assert settings is not None
    gateway = Gateway(settings)
    raw = json.encode(BODY)
    try:
        answer = await gateway.answer(Exchange(raw, json.decode(raw), {}, stream=True))
        yield (event async for batch in answer.batches for event in batch)
    finally:
        await gateway.close()


@asynccontextmanager
async def _by_service(world: World) -> AsyncIterator[AsyncIterator[Event]]:
    key = world.settings.apikey if world.settings else None
    headers = {"content-type": "application/json", "anthropic-version": "2023-06-01"}
    headers |= {"authorization": f"Bearer {key}"} if key else {}
    async with Client() as client:
        url = f"{world.address}/v1/messages"
        response = await client.request("POST", url, headers, json.encode(BODY), PATIENCE, DIRECT)
        try:
            if response.status != 200:
                raise _refused(response.status, await response.read())
            yield _events(response.chunks())
        finally:
            response.close()


async def _events(chunks: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    splitter = Splitter()
    async for chunk in chunks:
        for one in splitter.feed(chunk):
            yield read(one)


def _refused(status: int, body: bytes) -> UpstreamError:
    try:
        message = json.decode(body)["error"]["message"]
    except (json.JSONError, KeyError, TypeError):
        message = f"the service answered with status {status}."
    return UpstreamError(str(message), status=status)
