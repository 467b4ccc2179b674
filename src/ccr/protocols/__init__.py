"""Floor 4: upstream languages, one module each, pure. ``PROTOCOLS`` is the table of them.

A protocol knows how to talk; a provider (data) knows where, and who it is. Quirks of one provider are
flags of its ``Dialect``, read here; never ``if provider == …``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ccr.exchange import Target
from ccr.protocols import anthropic, bedrock, cohere, gemini, ollama, openai_chat, openai_responses
from ccr.protocols.anthropic import bedrock as anthropic_bedrock
from ccr.protocols.anthropic import vertex
from ccr.protocols.anthropic.bedrock import is_invoked
from ccr.protocols.anthropic.vertex import is_vertex
from ccr.protocols.contract import Decoder, Payload, Protocol

PROTOCOLS: Mapping[str, Protocol] = MappingProxyType(
    {
        "anthropic": anthropic.PROTOCOL,
        "openai_chat": openai_chat.PROTOCOL,
        "openai_responses": openai_responses.PROTOCOL,
        "gemini": gemini.PROTOCOL,
        "bedrock": bedrock.PROTOCOL,
        "ollama": ollama.PROTOCOL,
        "cohere": cohere.PROTOCOL,
    }
)


def protocol_of(target: Target) -> Protocol:
    """How a target is to be spoken to: Claude at a cloud speaks Anthropic in that cloud's form."""
    if target.provider.protocol == "anthropic" and is_vertex(target):
        return vertex.PROTOCOL
    if target.provider.protocol == "bedrock" and is_invoked(target):
        return anthropic_bedrock.PROTOCOL
    return PROTOCOLS[target.provider.protocol]


__all__ = ["PROTOCOLS", "Decoder", "Payload", "Protocol", "protocol_of"]
