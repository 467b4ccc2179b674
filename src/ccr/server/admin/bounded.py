"""Bodies of the admin API: no longer than they may be, unpacked."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ccr.anthropic.ids import new_request
from ccr.errors import RouterError
from ccr.server.admission import ClientLeft, headers_of, read_body

LIMIT = 8 << 20
"""Bytes: configurations are far smaller."""


class Bounded:
    """Reads the whole body before the application sees the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        try:
            body = await read_body(receive, headers_of(scope), LIMIT)
        except RouterError as error:
            await refusal(error)(scope, receive, send)
        except ClientLeft:
            return
        else:
            await self._app(scope, _replayed(body, receive), send)


def refusal(error: RouterError) -> Response:
    """A failure as an answer, under an id of its own."""
    request_id = new_request()
    headers = {"request-id": request_id, **error.headers}
    return Response(error.body(request_id), error.status, headers, "application/json")


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body as one message, and then whatever the client does."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return messages.pop() if messages else await receive()

    return next_message
