"""Anthropic Messages as an upstream: the identity.

What nobody edited is relayed byte for byte in both directions (``relay``); otherwise the same JSON is
written again. Contract of the client's own documentation: headers ``anthropic-*`` verbatim, an open list;
bodies never rewritten without need; errors passed on word for word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccr.errors import UpstreamError
from ccr.exchange import Call
from ccr.protocols.anthropic.answer import AnthropicDecoder, RelayDecoder, anthropic_error, error_of
from ccr.protocols.anthropic.splice import splice_model
from ccr.protocols.anthropic.thoughts import began_unthinking, cleaned, needs_cleaning, without_thinking
from ccr.protocols.contract import Decoder, Payload
from ccr.protocols.shared import errors
from ccr.protocols.shared.auth import without_secrets

VERSION = "2023-06-01"

#: What a client's headers say about its own connection or to the router alone.
NOT_FORWARDED = frozenset(
    {
        *("host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect"),
        *("content-length", "content-encoding", "content-type", "accept", "accept-encoding"),
        *("authorization", "x-api-key", "cookie", "origin", "referer", "forwarded", "via", "x-real-ip"),
        "x-session-id",
    }
)
_OWN = ("proxy-", "x-forwarded-", "x-ccr-", "sec-", "access-control-", "cf-")


class Anthropic:
    name = "anthropic"

    def endpoint(self, call: Call) -> str:
        return complete(call.target.provider.base_url)

    def headers(self, call: Call) -> dict[str, str]:
        headers = {
            "content-type": "application/json",
            "accept": call.headers.get("accept", "application/json"),
            "anthropic-version": VERSION,
        }
        headers |= {
            k: v for k, v in call.headers.items() if k not in NOT_FORWARDED and not k.startswith(_OWN)
        }
        return headers | credential(call)

    def encode(self, call: Call) -> Payload:
        body: dict[str, Any] = {**call.body, "model": call.target.model}
        if needs_cleaning(call.body):
            body["messages"] = [cleaned(m) for m in body.get("messages") or []]
        if began_unthinking(call):
            call.notes.append("does not think in this turn")
            body = without_thinking(body)
        return body

    def decoder(self, call: Call) -> Decoder:
        return AnthropicDecoder(call)

    def error(self, call: Call, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
        if error_of(body) is None:
            return errors.of_status(call, status, headers, body)
        return anthropic_error(status, headers, without_secrets(body, call), call.target.provider.name)

    # Relay: the bytes themselves.

    def relay(self, call: Call) -> bytes | None:
        """The client's own bytes with the model's name replaced; None where they cannot go out as is."""
        if call.raw is None or needs_cleaning(call.body) or began_unthinking(call):
            return None
        return splice_model(call.raw, call.body.get("model"), call.target.model)

    def relay_decoder(self, call: Call) -> Decoder:
        """A decoder that leaves every event as the bytes it came in."""
        return RelayDecoder(call)


def complete(base: str, path: str = "/v1/messages") -> str:
    """The Messages endpoint for a base URL, a ``…/v1`` or a full endpoint; a query string is kept."""
    address, mark, query = base.partition("?")
    address = address.rstrip("/")
    if not address.endswith("/messages"):
        address += path.removeprefix("/v1") if address.endswith("/v1") else path
    return address + mark + query


def credential(call: Call) -> dict[str, str]:
    """The provider's key, as ``x-api-key`` unless the provider wants a bearer."""
    if not call.key or call.target.provider.auth == "none":
        return {}
    if call.target.provider.auth == "bearer":
        return {"authorization": f"Bearer {call.key}"}
    return {"x-api-key": call.key}


PROTOCOL = Anthropic()
