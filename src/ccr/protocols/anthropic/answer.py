"""What an Anthropic upstream answers: events read, or relayed as bytes; errors word for word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ccr.anthropic.events import Batch, Event, Failure, MessageStop, Opaque, read
from ccr.anthropic.message import replay
from ccr.anthropic.request import Block
from ccr.anthropic.turns import Turn, turn_of
from ccr.anthropic.writer import BlockWriter
from ccr.errors import Broken, UpstreamError, class_of, type_of
from ccr.exchange import Call
from ccr.protocols.contract import SSEDecoder
from ccr.protocols.shared.auth import without_secrets
from ccr.protocols.shared.resets import reset_of, with_retry_after
from ccr.wire import json
from ccr.wire.sse import SSE
from ccr.wire.sse import parse as parse_sse

STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}

PASSED_HEADERS = ("retry-after", "x-should-retry", "anthropic-")
"""Headers of an error that the client acts on."""


def anthropic_error(status: int, headers: Mapping[str, str], body: bytes, provider: str) -> UpstreamError:
    """An error answer. A body that is Anthropic's goes out byte for byte; another is quoted."""
    error = error_of(body)
    if error is None:
        message = body.decode("utf-8", "replace").strip()[:2000]
        failure = class_of(status)(
            message or f"The provider answered with status {status} and no body.",
            status=status,
            provider=provider,
        )
    else:
        message, type_ = str(error.get("message") or ""), str(error.get("type") or type_of(status))
        failure = class_of(status)(message, status=status, type=type_, raw=body, provider=provider)
        failure.code = type_
    failure.reset = reset_of(status, headers, error or {}, message)
    passed = {k: v for k, v in headers.items() if k.startswith(PASSED_HEADERS)}
    failure.headers = with_retry_after(passed, status, failure.reset)
    return failure


def error_of(body: bytes) -> dict[str, Any] | None:
    """The inner error object of an Anthropic error body, or None if it is none."""
    try:
        value = json.decode(body)
    except json.JSONError:
        return None
    if (
        not isinstance(value, dict)
        or value.get("type") != "error"
        or not isinstance(value.get("error"), dict)
    ):
        return None
    error: dict[str, Any] = value["error"]
    return error


def stream_error(data: bytes, provider: str) -> UpstreamError:
    """The failure in an ``error`` event; its data is the body that an HTTP error would have."""
    error = error_of(data) or {}
    status = STATUS_OF_TYPE.get(str(error.get("type")), 502)
    if error.get("type") == "api_error":
        status = 500
    found = anthropic_error(status, {}, data, provider)
    return found if error else Broken(found.message, provider=provider)


class AnthropicDecoder(SSEDecoder):
    """Events typed where they are understood, for transformers and clients that do not stream."""

    def __init__(self, call: Call) -> None:
        super().__init__(BlockWriter(call.target.model))
        self._call = call
        self._provider = call.target.provider.name
        self._events: list[Event] = []
        self._turn = Turn()

    def turn(self) -> Turn:
        return self._turn

    def on_event(self, event: SSE) -> None:
        understood = read(event)
        if isinstance(understood, Opaque) and not is_json(event.data):
            raise Broken(NO_JSON, provider=self._provider)
        self._turn = noted(self._turn, event.data)
        if isinstance(understood, Failure) or event.event == "error":
            raise stream_error(without_secrets(event.data, self._call), self._provider)
        self._events.append(understood)
        self.done = isinstance(understood, MessageStop) or event.event == "message_stop"

    def on_json(self, body: bytes) -> None:
        message = message_of(body, self._call)
        self._turn = turn_of(message)
        self._events += replay(message)
        self.done = True

    def feed(self, data: bytes) -> Batch:
        super().feed(data)
        return self._take()

    def end(self) -> Batch:
        super().end()
        return self._take()

    def _take(self) -> Batch:
        events, self._events = self._events, []
        return events

    def _finish(self) -> None:
        if not self.done:
            raise Broken(
                "The provider's stream ended before the answer was complete.", provider=self._provider
            )


class RelayDecoder:
    """Cuts a stream into events, each left as it is; a JSON answer is one ``Opaque`` named ``message``."""

    def __init__(self, call: Call) -> None:
        self.failed: UpstreamError | None = None
        self.done = False
        self._call = call
        self._provider = call.target.provider.name
        self._pending = b""
        self._json: bool | None = None
        self._turn = Turn()

    def turn(self) -> Turn:
        return self._turn

    def feed(self, data: bytes) -> Batch:
        pending = self._pending + data if self._pending else data
        if self._json is None:
            start = pending.lstrip()
            self._json = start[:1] in (b"{", b"<", b"[") if start else None
        if not self._json and b"\r\n" in pending:
            pending = pending.replace(b"\r\n", b"\n")
        if self._json or b"\n\n" not in pending:
            self._pending = pending
            return []
        *blocks, self._pending = pending.split(b"\n\n")
        return self._events(blocks)

    def end(self) -> Batch:
        if self._json:
            return self._message()
        last = parse_sse(self._pending)  # without its blank line; torn ones are no events
        batch = self._events([self._pending]) if last is not None and is_json(last.data) else []
        if not self.done and self.failed is None:
            self.failed = Broken(
                "The provider's stream ended before the answer was complete.", provider=self._provider
            )
        return batch

    def _events(self, blocks: list[bytes]) -> Batch:
        batch: Batch = []
        for block in blocks:
            if self.done or not block.strip():
                continue
            name = event_name(block)
            if name == "error":
                event = parse_sse(block)
                data = without_secrets(event.data, self._call) if event else b""
                self.failed = stream_error(data, self._provider)
                break
            if not block.endswith(b"}") and (event := parse_sse(block)) and not is_json(event.data):
                self.failed = Broken(NO_JSON, provider=self._provider)
                break
            self._turn = noted(self._turn, block)
            batch.append(Opaque(name, block + b"\n\n"))
            self.done = name == "message_stop"
        return batch

    def _message(self) -> Batch:
        body, self._pending = self._pending, b""
        try:
            self._turn = turn_of(message_of(body, self._call))
        except UpstreamError as error:
            self.failed = error
            return []
        self.done = True
        return [Opaque("message", body)]


NO_JSON = "The provider's stream made no sense: it has an event that is no JSON."


def is_json(data: bytes) -> bool:
    try:
        json.decode(data)
    except json.JSONError:
        return False
    return True


_SIGNATURE = re.compile(rb'"signature_delta"[^{}]*"signature"\s*:\s*"([^"\\]+)"')
_REDACTED = re.compile(rb'"redacted_thinking"[^{}]*"data"\s*:\s*"([^"\\]+)"')


def noted(turn: Turn, data: bytes) -> Turn:
    """The turn with what an event adds to it: a signature or the usage. Most events add nothing."""
    if b'"signature_delta"' in data and (found := _SIGNATURE.search(data)):
        thinking = {"type": "thinking", "signature": found[1].decode("utf-8", "replace")}
        return turn._replace(thinking=(*turn.thinking, thinking))
    if b'"redacted_thinking"' in data and (found := _REDACTED.search(data)):
        thinking = {"type": "redacted_thinking", "data": found[1].decode("utf-8", "replace")}
        return turn._replace(thinking=(*turn.thinking, thinking))
    if b'"usage"' in data and (b'"message_start"' in data or b'"message_delta"' in data):
        return turn._replace(usage={**turn.usage, **usage_of(data)})
    return turn


def usage_of(data: bytes) -> dict[str, Any]:
    """The usage in a ``message_start`` or ``message_delta``, whole event or data alone."""
    try:
        value = json.decode(data[data.index(b"{") :])
    except (json.JSONError, ValueError):
        return {}
    usage = (value.get("message") or value).get("usage") if isinstance(value, dict) else None
    return usage if isinstance(usage, dict) else {}


def event_name(block: bytes) -> str:
    """The name of an event by its first line, or by its data's ``type`` where that line is missing."""
    if block.startswith(b"event: "):
        end = block.find(b"\n")
        return block[7 : end if end >= 0 else len(block)].decode("utf-8", "replace").strip()
    event = parse_sse(block)
    if event is None:
        return ""
    try:
        value = json.decode(event.data)
    except json.JSONError:
        return event.event
    return event.event or (str(value.get("type", "")) if isinstance(value, dict) else "")


def message_of(body: bytes, call: Call) -> dict[str, Any]:
    """The message in a 200 answer. Raises when it is an error, or no message at all."""
    if error_of(body) is not None:
        raise stream_error(without_secrets(body, call), call.target.provider.name)
    try:
        value = json.decode(body)
    except json.JSONError:
        value = None
    if not isinstance(value, dict) or not _is_message(value):
        text = body.decode("utf-8", "replace").strip()[:500]
        raise Broken(f"The provider's answer is no message: {text}", provider=call.target.provider.name)
    return value


def _is_message(value: dict[str, Any]) -> bool:
    content = value.get("content")
    readable = isinstance(content, list) and all(isinstance(b, dict) and _is_block(b) for b in content)
    return readable and isinstance(value.get("usage"), dict | None)


def _is_block(block: Block) -> bool:
    texts = (block.get(field) or "" for field in ("text", "thinking", "signature"))
    return all(isinstance(text, str) for text in texts) and isinstance(block.get("citations"), list | None)
