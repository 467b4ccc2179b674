"""Cohere's chat, version 2: ``request`` one way, ``response`` the other."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from ccr.errors import UpstreamError
from ccr.exchange import Call
from ccr.protocols.cohere.request import encode
from ccr.protocols.cohere.response import CohereDecoder
from ccr.protocols.contract import Payload, Protocol
from ccr.protocols.shared import errors
from ccr.protocols.shared.auth import credential


class Cohere:
    """``/v2/chat``, as ``ccr.protocols.contract.Protocol`` describes it."""

    name = "cohere"

    def endpoint(self, call: Call) -> str:
        provider = call.target.provider
        scheme, host, path, query, _ = urlsplit(provider.base_url)
        path = path.rstrip("/").removesuffix("/chat").removesuffix("/v2")
        return urlunsplit((scheme, host, f"{path}/v2/chat", query or urlencode(provider.query), ""))

    def headers(self, call: Call) -> dict[str, str]:
        accept = "text/event-stream" if call.stream else "application/json"
        return {"content-type": "application/json", "accept": accept, **credential(call, "bearer")}

    def encode(self, call: Call) -> Payload:
        return encode(call)

    def decoder(self, call: Call) -> CohereDecoder:
        return CohereDecoder(call)

    def error(self, call: Call, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
        if status < 400:
            return errors.no_answer(body, call)
        return errors.of_status(call, status, headers, body)


PROTOCOL: Protocol = Cohere()
