"""The yardstick: the least that a Python proxy from Anthropic Messages to OpenAI Chat has to do.

One decode and one encode per request, one of each per streamed chunk; no routing, configuration, errors,
limits, pings or metering. It is right for what these benchmarks send, and for nothing more.

    UPSTREAM=http://127.0.0.1:8000/v1/chat/completions python -m uvicorn benchmarks.plain_proxy:app
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

JSON = dict[str, Any]
decode = msgspec.json.Decoder().decode
encode = msgspec.json.Encoder().encode


def chat_body(body: JSON) -> JSON:
    """The Chat request for an Anthropic one."""
    system = "\n".join(block["text"] for block in body["system"][1:])
    messages: list[JSON] = [{"role": "system", "content": system}]
    for message in body["messages"]:
        messages += chat_messages(message["role"], message["content"])
    tools = [{"type": "function", "function": function(tool)} for tool in body["tools"]]
    chat = {"model": body["model"], "messages": messages, "tools": tools, "max_tokens": body["max_tokens"]}
    return {**chat, "stream": True, "stream_options": {"include_usage": True}} if body["stream"] else chat


def function(tool: JSON) -> JSON:
    return {"name": tool["name"], "description": tool["description"], "parameters": tool["input_schema"]}


def chat_messages(role: str, content: str | list[JSON]) -> list[JSON]:
    """One message as Chat has it: results as messages of their own, calls beside the text."""
    if isinstance(content, str):
        return [{"role": role, "content": content}]
    text, calls, results = "", [], []
    for block in content:
        match block["type"]:
            case "text":
                text += block["text"]
            case "tool_use":
                arguments = encode(block["input"]).decode()
                called = {"name": block["name"], "arguments": arguments}
                calls.append({"id": block["id"], "type": "function", "function": called})
            case "tool_result":
                results.append(
                    {"role": "tool", "tool_call_id": block["tool_use_id"], "content": block["content"]}
                )
    own: JSON = (
        {"role": role, "content": text, "tool_calls": calls} if calls else {"role": role, "content": text}
    )
    return [*results, own] if text or calls else results


def message(chat: JSON) -> JSON:
    """The Anthropic message for a chat.completion."""
    usage = chat["usage"]
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": chat["model"],
        "content": [{"type": "text", "text": chat["choices"][0]["message"]["content"]}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"]},
    }


def event(data: JSON) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (data["type"].encode(), encode(data))


def opening(model: str) -> bytes:
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    usage = {"input_tokens": 0, "output_tokens": 0}
    start: JSON = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
    }
    begun = {"type": "message_start", "message": {**start, "stop_sequence": None, "usage": usage}}
    return event(begun) + event(block)


def delta(text: str) -> bytes:
    return event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})


def closing(usage: JSON) -> bytes:
    counts = {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"]}
    stopped = {"stop_reason": "end_turn", "stop_sequence": None}
    ended = event({"type": "message_delta", "delta": stopped, "usage": counts})
    return event({"type": "content_block_stop", "index": 0}) + ended + event({"type": "message_stop"})


async def translated(answer: aiohttp.ClientResponse, model: str) -> AsyncIterator[bytes]:
    """The Anthropic stream for a Chat stream; what came in one read goes out in one write."""
    yield opening(model)
    rest, usage = b"", {"prompt_tokens": 0, "completion_tokens": 0}
    async for data in answer.content.iter_any():
        *frames, rest = (rest + data).split(b"\n\n")
        out = b""
        for frame in frames:
            if frame == b"data: [DONE]":
                continue
            chunk = decode(frame[6:])
            usage = chunk.get("usage") or usage
            for choice in chunk["choices"]:
                if text := choice["delta"].get("content"):
                    out += delta(text)
        if out:
            yield out
    yield closing(usage)


async def messages(request: Request) -> Response:
    body = decode(await request.body())
    session: aiohttp.ClientSession = request.app.state.session
    headers = {"Authorization": "Bearer sk-bench", "Content-Type": "application/json"}
    answer = await session.post(request.app.state.upstream, data=encode(chat_body(body)), headers=headers)
    if not body["stream"]:
        chat = decode(await answer.read())
        return Response(encode(message(chat)), media_type="application/json")

    async def stream() -> AsyncIterator[bytes]:
        async with answer:
            async for data in translated(answer, body["model"]):
                yield data

    return StreamingResponse(stream(), media_type="text/event-stream")


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        app.state.session, app.state.upstream = session, os.environ["UPSTREAM"]
        yield


async def health(request: Request) -> Response:  # noqa: ARG001
    return Response(b"ok")


app = Starlette(
    routes=[Route("/v1/messages", messages, methods=["POST"]), Route("/health", health)], lifespan=lifespan
)
