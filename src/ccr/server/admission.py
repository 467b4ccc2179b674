"""Who may come in, and with what: the router's key, Host and Origin, size, encoding, JSON."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.types import Message, Receive, Scope

from ccr.anthropic.parsing import Parser
from ccr.anthropic.request import Body
from ccr.config import Settings
from ccr.errors import BadRequest, Forbidden, TooLarge, Unauthorized, Unfinished
from ccr.exchange import Exchange, session_of
from ccr.server.connection import has_arrived
from ccr.server.encodings import decompress
from ccr.server.load import Ticket, ticket_of
from ccr.wire import json

THREADS = {"error_code": "thread_unsupported_request", "unsupported": ["thread"]}
OFF_THE_LOOP = 1 << 20
"""Compressed bodies above this many bytes are unpacked in a thread."""


SILENCE = 60.0
"""Seconds without a byte after which a body is not waited for: who lost his network cannot say so."""


class ClientLeft(Exception):
    """The client hung up before its request was whole."""


def headers_of(scope: Scope) -> dict[str, str]:
    """Headers as text; ASGI servers give their names in lower case."""
    headers = scope["headers"]
    # All at once: HTTP allows no zero byte in them (RFC 9110 §5.5).
    texts = b"\0".join([text for header in headers for text in header]).decode("latin-1").split("\0")
    if len(texts) == 2 * len(headers):
        return dict(zip(texts[::2], texts[1::2], strict=True))
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}


def check_access(settings: Settings, headers: Mapping[str, str]) -> str:
    """The client whose key was shown, "" for the router's own. Raises ``Unauthorized`` or ``Forbidden``.

    With an APIKEY that is the whole check. Without one the router listens on loopback only, and a web page
    must not reach it by a name of its own that resolves to loopback, nor from a foreign origin.
    """
    if settings.apikey:
        return _client({settings.apikey: "", **settings.clients}, headers)
    if not is_local(_host("//" + headers.get("host", ""))):
        raise Forbidden("This router has no APIKEY, so it answers only to localhost: the Host is another.")
    if (origin := headers.get("origin")) and not is_local(_host(origin)):
        raise Forbidden("This router has no APIKEY, so it takes no requests from pages of other origins.")
    return ""


def _client(keys: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """The name that stands beside the key shown; all keys are compared, whichever it is."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    shown = [headers.get("x-api-key", ""), bearer.strip() if scheme.lower() == "bearer" else scheme]
    if not any(shown):
        raise Unauthorized(
            "The router's APIKEY is missing: send it as 'Authorization: Bearer …' or 'x-api-key'."
        )
    given = [key.encode("utf-8", "replace") for key in shown]
    found = [name for key, name in keys.items() for one in given if hmac.compare_digest(one, key.encode())]
    if not found:
        raise Unauthorized("The key sent is not this router's APIKEY.")
    return found[0]


def _host(url: str) -> str:
    """The host that an Origin, or a Host behind ``//``, names; "" when it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # brackets with no address between them
        return ""


def is_local(host: str) -> bool:
    """Whether a host name means this machine by loopback."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def read_exchange(scope: Scope, receive: Receive, settings: Settings, parser: Parser) -> Exchange:
    """The request as an exchange. Raises ``BadRequest`` for whatever is wrong with it."""
    headers = headers_of(scope)
    client = check_access(settings, headers)
    arrived = has_arrived(scope)
    raw = await read_body(receive, headers, settings.max_body_bytes, ticket_of(scope), arrived=arrived)
    body, exact = parse(raw, parser)
    return Exchange(
        raw=raw,
        body=body,
        edited=not exact,
        headers=headers,
        stream=body.get("stream") is True,
        session=session_of(body, headers),
        client=client,
    )


def parse(raw: bytes, parser: Parser) -> tuple[Body, bool]:
    """The JSON of a Messages request, and whether the bytes say exactly that (no lone surrogates)."""
    try:
        body, exact = parser.parse(raw)
    except json.JSONError as error:
        raise BadRequest(f"The request body is not valid JSON: {error}") from None
    if not isinstance(body, dict):
        raise BadRequest("The request body must be a JSON object.")
    if not isinstance(body.get("messages"), list):
        raise BadRequest("messages: Field required; it must be a list of messages.")
    if not isinstance(body.get("stop_sequences") or [], list):
        raise BadRequest("stop_sequences: Input should be a valid list of strings.")
    if body.get("thread") is not None:
        # The SDKs then send the whole conversation again without threads.
        raise BadRequest("thread: this gateway does not keep threads.", details=THREADS)
    found: Body = body  # type: ignore[assignment]
    return found, exact


async def read_body(
    receive: Receive,
    headers: Mapping[str, str],
    limit: int,
    ticket: Ticket | None = None,
    *,
    arrived: bool = False,
) -> bytes:
    """The whole body, unpacked. Raises ``TooLarge`` as soon as it must be, ``Draining`` for lack of room.

    ``arrived``: all of it is here.
    """
    told = headers.get("content-length", "")
    expected = int(told) if told.isdigit() else 0
    if expected > limit:
        raise _too_large(limit)
    if ticket is not None and not ticket.held(expected):
        await ticket.hold(expected)
    data = await (_arrived(receive, limit) if arrived else _received(receive, limit, ticket))
    if (encoding := headers.get("content-encoding", "")) in ("", "identity"):
        return data
    plain = await _unpacked(data, encoding, limit)
    if ticket is not None:
        await ticket.hold(len(plain))
    return plain


async def _unpacked(data: bytes, encoding: str, limit: int) -> bytes:
    if len(data) > OFF_THE_LOOP:
        return await asyncio.to_thread(decompress, data, encoding, limit)
    return decompress(data, encoding, limit)


async def _arrived(receive: Receive, limit: int) -> bytes:
    body: bytes = (await _next(receive))["body"]
    if len(body) > limit:
        raise _too_large(limit)
    return body


async def _received(receive: Receive, limit: int, ticket: Ticket | None) -> bytes:
    try:
        async with asyncio.timeout(SILENCE) as patience:
            return await _whole(receive, limit, ticket, patience)
    except TimeoutError:
        said = f"The rest of the request body did not come within {SILENCE:g} s."
        raise Unfinished(said, headers={"connection": "close"}) from None


async def _whole(receive: Receive, limit: int, ticket: Ticket | None, patience: asyncio.Timeout) -> bytes:
    message = await _next(receive)
    parts: list[bytes] = [message.get("body", b"")]
    size = len(parts[0])
    while size <= limit and message.get("more_body"):
        if ticket is not None:
            await ticket.hold(size)
        patience.reschedule(asyncio.get_running_loop().time() + SILENCE)
        message = await _next(receive)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
    if size > limit:
        raise _too_large(limit)
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def _next(receive: Receive) -> Message:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientLeft
    return message


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"The request body is over {limit / 1e6:g} MB; MAX_BODY_MB in the configuration raises the limit."
    )
