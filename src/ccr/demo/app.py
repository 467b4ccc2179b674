"""The demo provider over HTTP: ``POST /v1/chat/completions`` and ``GET /v1/models``, with OpenAI's errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ccr.demo import chat
from ccr.demo.answer import reply
from ccr.demo.conversation import Payload
from ccr.demo.settings import MODEL
from ccr.wire import json

PACE = 0.01
"""Seconds between two chunks: as fast as a quick model, so that streaming can be seen."""


class Refused(Exception):
    """A request that OpenAI would refuse too."""

    def __init__(
        self, message: str, *, param: str | None = None, status: int = 400, code: str | None = None
    ) -> None:
        super().__init__(message)
        error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
        self.response = _json({"error": error}, status)


def build(pace: float = PACE) -> Starlette:
    """The application; ``pace`` is the pause between two chunks in seconds."""

    async def completions(request: Request) -> Response:
        payload = checked(await request.body())
        answer = reply(payload)
        if not payload.get("stream"):
            return _json(chat.completion(payload, answer))
        return StreamingResponse(_events(payload, pace), media_type="text/event-stream")

    return Starlette(
        routes=[
            Route("/v1/chat/completions", completions, methods=["POST"]),
            Route("/v1/models", _models, methods=["GET"]),
        ],
        exception_handlers={Refused: _refused, HTTPException: _no_such_route},
    )


def checked(body: bytes) -> Payload:
    """The request, if it is one. Raises ``Refused``."""
    try:
        payload = json.decode(body)
    except json.JSONError as error:
        raise Refused(f"The body is not JSON: {error}.") from None
    if not isinstance(payload, dict):
        raise Refused("The body must be a JSON object.")
    messages = payload.get("messages")
    if not (isinstance(messages, list) and messages and all(map(_is_message, messages))):
        raise Refused("'messages' must be a list of messages, each with a role; not empty.", param="messages")
    if payload.get("model") != MODEL:
        wrong = f"The model '{payload.get('model')}' does not exist; the demo provider has only '{MODEL}'."
        raise Refused(wrong, param="model", status=404, code="model_not_found")
    return payload


def _is_message(message: Any) -> bool:
    return isinstance(message, dict) and isinstance(message.get("role"), str)


async def _events(payload: Payload, pace: float) -> AsyncIterator[bytes]:
    for chunk in chat.chunks(payload, reply(payload)):
        yield b"data: " + json.encode(chunk) + b"\n\n"
        await asyncio.sleep(pace)
    yield b"data: [DONE]\n\n"


async def _models(_: Request) -> Response:
    model = {"id": MODEL, "object": "model", "created": chat.CREATED, "owned_by": "demo"}
    return _json({"object": "list", "data": [model]})


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return error.response


async def _no_such_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    wrong = f"Invalid URL ({request.method} {request.url.path})"
    return Refused(wrong, status=error.status_code).response


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.encode(value), status, media_type="application/json")
