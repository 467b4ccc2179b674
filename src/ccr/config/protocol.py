"""Which wire language a provider speaks, by its name in any spelling or by its URL."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ccr.config.address import split

PROTOCOLS = ("anthropic", "openai_chat", "openai_responses", "gemini", "bedrock", "ollama", "cohere")

#: other spellings, without ``-``, ``_``, spaces and capitals
_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "anthropicmessages": "anthropic",
        "claude": "anthropic",
        "messages": "anthropic",
        "chat": "openai_chat",
        "chatcompletions": "openai_chat",
        "openai": "openai_chat",
        "openaichatcompletions": "openai_chat",
        "openaicompatible": "openai_chat",
        "responses": "openai_responses",
        "geminigenerate": "gemini",
        "geminigeneratecontent": "gemini",
        "generatecontent": "gemini",
        "google": "gemini",
        "bedrockconverse": "bedrock",
        "converse": "bedrock",
        "ollamachat": "ollama",
        "coherechat": "cohere",
        **{name.replace("_", ""): name for name in PROTOCOLS},
    }
)


def protocol_named(text: str) -> str | None:
    """The protocol meant: ``openai-chat``, ``OpenAI``, ``messages`` … None: there is none of that name."""
    return _SPELLINGS.get(plain(text))


def plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter not in "-_ ")


def protocol_of_url(url: str) -> str | None:
    """The protocol an endpoint's URL tells, None when it tells nothing."""
    parts = split(url.lower())
    host, path = parts.hostname or "", parts.path.rstrip("/")
    # 1) the full endpoint says it outright
    if path.endswith("/chat/completions"):
        return "openai_chat"
    if path.endswith("/responses"):
        return "openai_responses"
    if path.endswith("/messages") or _has(path, "anthropic"):
        return "anthropic"
    # 2) OpenAI's words at another's host: …/v1beta/openai, …/openai/v1
    if _has(path, "openai"):
        return "openai_chat"
    # 3) the others' own paths and hosts
    if path.endswith("/models") or "generatecontent" in path or host == "generativelanguage.googleapis.com":
        return "gemini"
    if host.startswith("bedrock-runtime."):
        return "bedrock"
    if path.endswith("/api/chat"):
        return "ollama"
    if host.startswith("api.cohere.") and not _has(path, "compatibility"):
        return "cohere"
    return None


def _has(path: str, segment: str) -> bool:
    return f"/{segment}/" in f"{path}/"
