"""Gemini's generateContent and streamGenerateContent, at Google AI, Vertex AI and whoever speaks them.

Requests: ``request`` puts together ``history`` (contents), ``parts`` (media), ``toolset``, ``schema`` and
``params``; ``address`` is where they go, ``models`` what a model's name tells. Answers: ``response`` reads
``wire`` chunks, cut from an array by ``elements``, with ``calls`` and ``grounding``.
"""

from __future__ import annotations

from collections.abc import Mapping

from ccr.errors import UpstreamError
from ccr.exchange import Call
from ccr.protocols.contract import Payload, Protocol
from ccr.protocols.gemini.address import endpoint
from ccr.protocols.gemini.request import encode
from ccr.protocols.gemini.response import GeminiDecoder
from ccr.protocols.shared import errors
from ccr.protocols.shared.auth import credential


class Gemini:
    """generateContent, as ``ccr.protocols.contract.Protocol`` describes it."""

    name = "gemini"

    def endpoint(self, call: Call) -> str:
        return endpoint(call)

    def headers(self, call: Call) -> dict[str, str]:
        accept = "text/event-stream" if call.stream else "application/json"
        return {"content-type": "application/json", "accept": accept, **credential(call, "x-goog-api-key")}

    def encode(self, call: Call) -> Payload:
        return encode(call)

    def decoder(self, call: Call) -> GeminiDecoder:
        return GeminiDecoder(call)

    def error(self, call: Call, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
        if status < 400:
            return errors.no_answer(body, call)
        return errors.of_status(call, status, headers, body)


PROTOCOL: Protocol = Gemini()
