"""Heads of responses: what the client is told beside the answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ccr.exchange import Exchange
from ccr.upstream.attempt import Answer

PASSED = ("anthropic-", "retry-after", "x-should-retry")
"""Headers of an Anthropic upstream that the client reads."""


def head_of(
    status: int, content_type: bytes, headers: Mapping[str, str], length: int | None = None
) -> dict[str, Any]:
    """An ASGI response head. Values that HTTP cannot carry are made so."""
    fields = [(b"content-type", content_type)]
    values = "".join(headers.values())
    plain = values.isascii() and values.isprintable()
    fields += [(name.encode(), value.encode() if plain else field(value)) for name, value in headers.items()]
    if length is not None:
        fields.append((b"content-length", str(length).encode()))
    return {"type": "http.response.start", "status": status, "headers": fields}


def field(value: str) -> bytes:
    """A header value: Latin-1 without control characters, others percent-encoded as UTF-8."""
    if value.isascii() and value.isprintable():
        return value.encode("latin-1")
    return b"".join(
        c.encode("latin-1")
        if " " <= c <= "~"
        else b"".join(b"%%%02X" % b for b in c.encode("utf-8", "replace"))
        for c in value
    )


def answer_head(
    status: int, content_type: bytes, exchange: Exchange, answer: Answer | None, length: int | None = None
) -> dict[str, Any]:
    """The head of an answer: who gave it, by which rule, and what the router itself took."""
    headers = route_headers(exchange)
    if answer is not None:
        if "request-id" in answer.headers:
            headers["request-id"] = answer.headers["request-id"]
        headers |= {k: v for k, v in answer.headers.items() if k.startswith(PASSED)}
        if answer.notes:
            headers["x-ccr-degraded"] = "; ".join(answer.notes)
    if content_type.startswith(b"text/event-stream"):
        headers |= {"cache-control": "no-cache", "x-accel-buffering": "no"}
    return head_of(status, content_type, headers, length)


def route_headers(exchange: Exchange) -> dict[str, str]:
    """``x-ccr-*`` and the request's id."""
    headers = {"request-id": exchange.id, "x-ccr-request-id": exchange.id}
    if exchange.plan is not None:
        headers["x-ccr-route"] = exchange.plan.rule
    if exchange.failed:
        headers["x-ccr-failed"] = ", ".join(target for target, _ in exchange.failed)
    if exchange.target is not None:
        headers |= {"x-ccr-provider": exchange.target.provider.name, "x-ccr-model": exchange.target.model}
    own = time.perf_counter() - exchange.started - exchange.upstream_seconds
    headers["x-ccr-overhead-ms"] = f"{max(own, 0.0) * 1000:.2f}"
    return headers
