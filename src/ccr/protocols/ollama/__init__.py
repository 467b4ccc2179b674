"""Ollama's own ``/api/chat``: ``request`` one way, ``response`` with its ``chunk`` lines the other."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from ccr.errors import UpstreamError
from ccr.exchange import Call
from ccr.protocols.contract import Payload, Protocol
from ccr.protocols.ollama.request import encode
from ccr.protocols.ollama.response import OllamaDecoder
from ccr.protocols.shared import errors
from ccr.protocols.shared.auth import credential


class Ollama:
    """``/api/chat``, as ``ccr.protocols.contract.Protocol`` describes it."""

    name = "ollama"

    def endpoint(self, call: Call) -> str:
        provider = call.target.provider
        scheme, host, path, query, _ = urlsplit(provider.base_url)
        path = path.rstrip("/").removesuffix("/chat").removesuffix("/api")
        return urlunsplit((scheme, host, f"{path}/api/chat", query or urlencode(provider.query), ""))

    def headers(self, call: Call) -> dict[str, str]:
        accept = "application/x-ndjson" if call.stream else "application/json"
        return {"content-type": "application/json", "accept": accept, **credential(call, "bearer")}

    def encode(self, call: Call) -> Payload:
        return encode(call)

    def decoder(self, call: Call) -> OllamaDecoder:
        return OllamaDecoder(call)

    def error(self, call: Call, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
        if status < 400:
            return errors.no_answer(body, call)
        return errors.of_status(call, status, headers, body)


PROTOCOL: Protocol = Ollama()
