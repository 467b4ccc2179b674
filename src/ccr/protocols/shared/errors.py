"""A provider's failure, found in whatever shape it comes, as one of ours with the provider's words in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ccr.errors import Broken, Rejected, UpstreamError, class_of
from ccr.exchange import Call
from ccr.protocols.shared import overflow
from ccr.protocols.shared.auth import secrets_of
from ccr.protocols.shared.resets import reset_of, with_retry_after
from ccr.wire import json

PASSED_HEADERS = ("retry-after", "retry-after-ms", "x-should-retry")
"""What the client acts on (claude-code.md §10)."""

_LONGEST = 4000

_STATUS_OF_CODE = {
    "rate_limit_exceeded": 429,
    "rate_limit_error": 429,
    "insufficient_quota": 429,
    "resource_exhausted": 429,
    "too_many_requests": 429,
    "invalid_api_key": 401,
    "authentication_error": 401,
    "unauthenticated": 401,
    "permission_denied": 403,
    "model_not_found": 404,
    "not_found": 404,
    "not_found_error": 404,
    "overloaded": 529,
    "overloaded_error": 529,
    "server_is_overloaded": 529,
    "engine_overloaded_error": 529,
    "service_unavailable": 503,
    "unavailable": 503,
    "context_length_exceeded": 400,
    "invalid_request_error": 400,
    "invalid_argument": 400,
    "invalid_prompt": 400,
    "tool_use_failed": 400,
    "server_error": 500,
    "internal_error": 500,
    "internal": 500,
}


def of_status(call: Call, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
    """An answer with a status of 400 or more: the same status, and the provider's message quoted."""
    value = value_of(body)
    passed = {name: headers[name] for name in PASSED_HEADERS if name in headers}
    if status == 400 and b"API_KEY_INVALID" in body:  # Gemini's way of saying 401
        status = 401
    words = said(value)
    reset = reset_of(status, headers, _inner(value), words)
    headers = with_retry_after(passed, status, reset)
    failure = _failure(call, status, words or _unspoken(status, body), code_of(value), headers)
    failure.reset = reset
    return failure


def in_answer(value: Any, call: Call | None = None) -> UpstreamError:
    """An error inside an answer with status 200, in a body or in a stream."""
    status, words = status_of(value), said(value)
    failure = _failure(call, status, words or "The provider's answer ended in an error.", code_of(value))
    failure.reset = reset_of(status, {}, _inner(value), words)
    return failure


def no_answer(body: bytes, call: Call | None = None) -> UpstreamError:
    """A body with status 200 that is no answer at all."""
    value = value_of(body)
    if isinstance(value, dict | list) and said(value):
        return in_answer(value, call)
    words = said(value) or page_title(body) or "(nothing)"
    return Broken(f"The provider's answer made no sense: {words[:500]}", provider=_name(call))


def said(value: Any) -> str:
    """What an error body tells, in one text; a general message is followed by what lies behind it."""
    try:
        found = dict.fromkeys(text.strip() for text in messages(value))
    except RecursionError:  # nested without sense
        return ""
    return ": ".join(found)[:_LONGEST]


def messages(value: Any) -> Iterator[str]:
    """Each text of an error body that tells what went wrong, the outermost first."""
    if isinstance(value, str):
        if value.strip() and not value.lstrip().startswith("<"):
            yield from _nested(value)
    elif isinstance(value, list):
        for item in value:
            yield from messages(item)
    elif isinstance(value, dict):
        yield from _of_object(value)


def _of_object(value: dict[str, Any]) -> Iterator[str]:
    for key in ("message", "Message", "msg", "error", "detail", "errors"):
        if value.get(key):
            yield from messages(value[key])
    metadata = value.get("metadata")
    if isinstance(metadata, dict) and metadata.get("raw"):
        yield from messages(metadata["raw"])


def _nested(text: str) -> Iterator[str]:
    """A text, or the messages in it when it is the JSON of another error."""
    inner = value_of(text.encode("utf-8", "replace")) if text.lstrip()[:1] in ("{", "[") else None
    found = list(messages(inner)) if isinstance(inner, dict | list) else []
    yield from found or [text]


def code_of(value: Any) -> object:
    """The name of an error: its code, else its status or type, whichever is a word."""
    error = _inner(value)
    named = (error.get(key) for key in ("code", "status", "type"))
    return next((name for name in named if isinstance(name, str) and name), None)


def status_of(value: Any) -> int:
    """The HTTP status that an error inside an answer stands for; 502 when it does not say."""
    error = _inner(value)
    for key in ("status_code", "code", "status", "http_status"):
        figure = error.get(key)
        if isinstance(figure, str) and figure.isdigit():
            figure = int(figure)
        if isinstance(figure, int) and 400 <= figure <= 599:
            return figure
    names = (str(error.get(key) or "").lower() for key in ("code", "status", "type"))
    return next((_STATUS_OF_CODE[name] for name in names if name in _STATUS_OF_CODE), 502)


def page_title(body: bytes) -> str:
    """What a page that is no JSON says first: the title of HTML, else its first words."""
    text = body.decode("utf-8", "replace").strip()
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    if title:
        return title[1].strip()[:200]
    return "" if text.startswith("<") else text[:500]


def _failure(
    call: Call | None, status: int, message: str, code: object, headers: Mapping[str, str] | None = None
) -> UpstreamError:
    message = _without_secrets(message, call)
    name = _name(call)
    if status not in (401, 403, 429) and overflow.is_overflow(message, code):
        message = overflow.wording(message, call.body if call else None, _window(call))
        return Rejected(message, status=400, headers=headers or {}, provider=name)
    failure = class_of(status)(message, status=status, headers=headers or {}, provider=name)
    failure.code = code if isinstance(code, str) else ""
    return failure


def value_of(body: bytes) -> Any:
    """What an error body says: JSON, or else its text."""
    try:
        return json.decode(body)
    except json.JSONError:
        return body.decode("utf-8", "replace")


def _inner(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict):
        return {}
    error = value.get("error")
    return error if isinstance(error, dict) else value


def _unspoken(status: int, body: bytes) -> str:
    title = page_title(body)
    return f"The provider answered with status {status}" + (f": {title}" if title else " and no message.")


def _without_secrets(message: str, call: Call | None) -> str:
    """Some providers repeat the key that they refuse."""
    for secret in secrets_of(call) if call else ():
        message = message.replace(secret, "…")
    return message


def _name(call: Call | None) -> str:
    return call.target.provider.name if call else ""


def _window(call: Call | None) -> int | None:
    facts = call.target.provider.facts.get(call.target.model) if call else None
    return facts.context_window if facts else None
