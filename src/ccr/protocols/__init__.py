"""Floor 4: upstream languages, one module each, pure. ``PROTOCOLS`` is the table of them.

A protocol knows how to talk; a provider (data) knows where, and who it is. Quirks of one provider are
flags of its ``Dialect``, read here; never ``if provider == …``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ccr.protocols import anthropic, bedrock, cohere, gemini, ollama, openai_chat, openai_responses
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

__all__ = ["PROTOCOLS", "Decoder", "Payload", "Protocol"]
