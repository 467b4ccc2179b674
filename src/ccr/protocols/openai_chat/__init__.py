"""OpenAI Chat Completions and its many dialects.

Requests: ``request`` puts together ``history`` (messages), ``parts`` and ``results`` (content), ``replay``
(reasoning of earlier turns), ``toolset`` and ``params``. Answers: ``response`` reads each ``chunk`` with the
help of ``calls``, ``details`` and ``thinktags``.
"""

from __future__ import annotations

from collections.abc import Mapping

from ccr.errors import UpstreamError
from ccr.exchange import Call
from ccr.protocols.contract import Payload, Protocol
from ccr.protocols.openai_chat.request import encode
from ccr.protocols.openai_chat.response import ChatDecoder
from ccr.protocols.shared import errors
from ccr.protocols.shared.auth import credential
from ccr.protocols.shared.url import completed


class OpenAIChat:
    """Chat Completions, as ``ccr.protocols.contract.Protocol`` describes it."""

    name = "openai_chat"

    def endpoint(self, call: Call) -> str:
        provider = call.target.provider
        return completed(provider.base_url, "/chat/completions", provider.query, call.target.model)

    def headers(self, call: Call) -> dict[str, str]:
        accept = "text/event-stream" if call.stream else "application/json"
        return {"content-type": "application/json", "accept": accept, **credential(call, "bearer")}

    def encode(self, call: Call) -> Payload:
        return encode(call)

    def decoder(self, call: Call) -> ChatDecoder:
        return ChatDecoder(call)

    def error(self, call: Call, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
        return (
            errors.of_status(call, status, headers, body) if status >= 400 else errors.no_answer(body, call)
        )


PROTOCOL: Protocol = OpenAIChat()
