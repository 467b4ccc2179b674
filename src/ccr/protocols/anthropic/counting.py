"""Anthropic's own token count, asked of an upstream."""

from __future__ import annotations

from ccr.errors import Broken
from ccr.exchange import Call, Exchange, Target
from ccr.protocols.anthropic import PROTOCOL
from ccr.wire import json


def counting_call(exchange: Exchange, target: Target, key: str) -> tuple[str, dict[str, str], bytes]:
    """URL, headers and body of a ``count_tokens`` request."""
    raw = None if exchange.edited else exchange.raw
    call = Call(target=target, body=exchange.body, stream=False, raw=raw, headers=exchange.headers, key=key)
    address, mark, query = PROTOCOL.endpoint(call).partition("?")
    data = PROTOCOL.relay(call) or json.encode(PROTOCOL.encode(call))
    return (
        f"{address}/count_tokens{mark}{query}",
        PROTOCOL.headers(call) | dict(target.provider.headers),
        data,
    )


def counted(status: int, body: bytes) -> int:
    """The number in an answer. Raises ``Broken`` when there is none."""
    try:
        value = json.decode(body)
    except json.JSONError:
        value = None
    tokens = value.get("input_tokens") if isinstance(value, dict) else None
    if status >= 400 or not isinstance(tokens, int):
        raise Broken(f"The provider counts no tokens (status {status}).")
    return tokens
