"""Floor 4: upstream languages, one module each, pure. ``PROTOCOLS`` is the table of them.

A protocol knows how to talk; a provider (data) knows where, and who it is. Quirks of one provider are
flags of its ``Dialect``, read here; never ``if provider == …``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from ccr.config.provider import Provider
from ccr.exchange import Target
from ccr.protocols.anthropic import vertex
from ccr.protocols.contract import Decoder, Payload, Protocol

PROTOCOLS: Mapping[str, str] = MappingProxyType(
    {
        "anthropic": "ccr.protocols.anthropic",
        "openai_chat": "ccr.protocols.openai_chat",
        "openai_responses": "ccr.protocols.openai_responses",
        "gemini": "ccr.protocols.gemini",
        "bedrock": "ccr.protocols.bedrock",
        "ollama": "ccr.protocols.ollama",
        "cohere": "ccr.protocols.cohere",
    }
)
"""By name: the package of each, whose ``PROTOCOL`` it is."""


@cache
def protocol(name: str) -> Protocol:
    """A protocol by its name. Each is imported when it is first wanted: few configurations use several."""
    found: Protocol = import_module(PROTOCOLS[name]).PROTOCOL
    return found


def protocol_of(target: Target) -> Protocol:
    """How a target is to be spoken to: Claude at a cloud speaks Anthropic in that cloud's form."""
    spoken = target.provider.protocol
    if spoken == "anthropic" and vertex.is_vertex(target):
        return vertex.PROTOCOL
    if spoken == "bedrock":
        from ccr.protocols.anthropic import bedrock

        if bedrock.is_invoked(target):
            return bedrock.PROTOCOL
    return protocol(spoken)


def prepare(provider: Provider) -> None:
    """Imports what a provider is spoken to with: no request is to wait for that."""
    for model in provider.models:
        protocol_of(Target(provider, model))


__all__ = ["PROTOCOLS", "Decoder", "Payload", "Protocol", "prepare", "protocol", "protocol_of"]
