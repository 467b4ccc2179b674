"""OpenAI Responses, and the many that speak it too.

Requests: ``request`` the body · ``conversation`` as input items · ``content`` their parts · ``tools``.
Answers: ``response`` the decoder · ``wire`` what is read of events · ``items`` what items say · ``search``
the provider's web searches. Both: ``reasoning`` items.
"""

from __future__ import annotations

from collections.abc import Mapping

from ccr.errors import UpstreamError
from ccr.exchange import Call
from ccr.protocols.contract import Payload
from ccr.protocols.openai_responses.request import encode
from ccr.protocols.openai_responses.response import ResponsesDecoder
from ccr.protocols.shared import errors, url
from ccr.protocols.shared.auth import credential


class OpenAIResponses:
    """``POST …/v1/responses``, nothing stored there: each request carries the whole conversation."""

    name = "openai_responses"

    def endpoint(self, call: Call) -> str:
        provider = call.target.provider
        return url.completed(provider.base_url, "/responses", provider.query, call.target.model)

    def headers(self, call: Call) -> dict[str, str]:
        accept = "text/event-stream" if call.stream else "application/json"
        return {"content-type": "application/json", "accept": accept, **credential(call, "bearer")}

    def encode(self, call: Call) -> Payload:
        return encode(call)

    def decoder(self, call: Call) -> ResponsesDecoder:
        return ResponsesDecoder(call)

    def error(self, call: Call, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
        return errors.of_status(call, status, headers, body)


PROTOCOL = OpenAIResponses()
