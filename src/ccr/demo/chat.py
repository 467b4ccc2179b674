"""An answer in OpenAI's words: one ``chat.completion``, or its chunks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ccr.demo.answer import Answer, pieces
from ccr.demo.conversation import Payload
from ccr.wire import json

CREATED = 1_700_000_000
"""The same request gets the same answer, so the time is always this one."""

Chunk = dict[str, Any]


def completion(payload: Payload, answer: Answer) -> dict[str, Any]:
    """The answer to a request that asked for no stream."""
    message: dict[str, Any] = {"role": "assistant", "content": "".join(answer.text) or None, "refusal": None}
    if answer.thinking:
        message["reasoning_content"] = "".join(answer.thinking)
    if answer.call is not None:
        message["tool_calls"] = [_call(payload, answer, _arguments(answer))]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": answer.finish}
    return _head(payload, "chat.completion") | {"choices": [choice], "usage": usage(payload, answer)}


def chunks(payload: Payload, answer: Answer) -> Iterator[Chunk]:
    """The answer as a stream; usage comes in a chunk of its own when ``stream_options`` asks for it."""
    head = _head(payload, "chat.completion.chunk")
    include = bool((payload.get("stream_options") or {}).get("include_usage"))
    tail: Chunk = {"usage": None} if include else {}
    for delta in _deltas(payload, answer):
        yield head | {"choices": [_choice(delta, None)]} | tail
    yield head | {"choices": [_choice({}, answer.finish)]} | tail
    if include:
        yield head | {"choices": [], "usage": usage(payload, answer)}


def usage(payload: Payload, answer: Answer) -> dict[str, Any]:
    """Token counts: four bytes of the prompt are one token, a piece of the answer is one token."""
    prompt = sum(len(json.encode(payload.get(key))) for key in ("messages", "tools")) // 4
    called = len(pieces(_arguments(answer))) if answer.call else 0
    written = len(answer.thinking) + len(answer.text) + called
    return {
        "prompt_tokens": prompt,
        "completion_tokens": written,
        "total_tokens": prompt + written,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": len(answer.thinking)},
    }


def _deltas(payload: Payload, answer: Answer) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": ""}
    for piece in answer.thinking:
        yield {"reasoning_content": piece}
    for piece in answer.text:
        yield {"content": piece}
    if answer.call is not None:
        yield {"tool_calls": [{"index": 0} | _call(payload, answer, "")]}
        for piece in pieces(_arguments(answer)):
            yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}


def _arguments(answer: Answer) -> str:
    return json.encode(answer.call.arguments).decode() if answer.call else ""


def _call(payload: Payload, answer: Answer, arguments: str) -> dict[str, Any]:
    assert answer.call is not None
    function = {"name": answer.call.name, "arguments": arguments}
    return {"id": f"call_{_digest(payload)}", "type": "function", "function": function}


def _choice(delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _head(payload: Payload, kind: str) -> dict[str, Any]:
    name = f"chatcmpl-{_digest(payload)}"
    return {"id": name, "object": kind, "created": CREATED, "model": payload["model"]}


def _digest(payload: Payload) -> str:
    """Of the conversation, which grows: so no two calls of it share an id."""
    return hashlib.sha256(json.encode(payload["messages"])).hexdigest()[:24]
