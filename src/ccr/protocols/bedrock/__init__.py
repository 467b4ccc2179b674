"""Amazon Bedrock's Converse and ConverseStream, for every model that is there.

Requests: ``request`` puts together ``history`` (messages), ``parts`` (content), ``toolset`` and ``params``;
``models`` is what a model's name tells. Answers: ``response`` reads the events of a binary stream or one
JSON body, with ``usage`` and ``citations``. Claude in its own words is ``protocols.anthropic.bedrock``.
"""

from __future__ import annotations

from collections.abc import Mapping

from ccr.errors import UpstreamError
from ccr.exchange import Call
from ccr.protocols.bedrock.request import encode
from ccr.protocols.bedrock.response import ConverseDecoder
from ccr.protocols.contract import Payload, Protocol
from ccr.protocols.shared import errors
from ccr.protocols.shared.auth import credential
from ccr.protocols.shared.aws import of_model


class Bedrock:
    """Converse, as ``ccr.protocols.contract.Protocol`` describes it."""

    name = "bedrock"

    def endpoint(self, call: Call) -> str:
        method = "converse-stream" if call.stream else "converse"
        return of_model(call.target.provider.base_url, call.target.model, method)

    def headers(self, call: Call) -> dict[str, str]:
        accept = "application/vnd.amazon.eventstream" if call.stream else "application/json"
        return {"content-type": "application/json", "accept": accept, **credential(call, "bearer")}

    def encode(self, call: Call) -> Payload:
        return encode(call)

    def decoder(self, call: Call) -> ConverseDecoder:
        return ConverseDecoder(call)

    def error(self, call: Call, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
        if status < 400:
            return errors.no_answer(body, call)
        return errors.of_status(call, status, headers, body)


PROTOCOL: Protocol = Bedrock()
