"""Token counts. ``inputTokens`` leaves out what a cache gave or took, unless the total says otherwise."""

from __future__ import annotations

from typing import Any

from ccr.protocols.shared.usage import count, usage


def usage_of(value: Any) -> dict[str, Any]:
    """Anthropic's counts from Bedrock's; zeros where there are none."""
    found = value if isinstance(value, dict) else {}
    fresh, output = count(found.get("inputTokens")), count(found.get("outputTokens"))
    cached, written = count(found.get("cacheReadInputTokens")), count(found.get("cacheWriteInputTokens"))
    beside = count(found.get("totalTokens")) == fresh + output + cached + written
    return usage(fresh + cached + written if beside else fresh, output, cached, written)


def used_of(value: Any) -> dict[str, Any]:
    """The same, with how long what was written to the cache is kept; nothing where there is nothing."""
    if not isinstance(value, dict) or not value:
        return {}
    told, details = usage_of(value), value.get("cacheDetails")
    written = [entry for entry in details if isinstance(entry, dict)] if isinstance(details, list) else []
    hour = sum(count(entry.get("inputTokens")) for entry in written if entry.get("ttl") == "1h")
    if not hour:
        return told
    five = max(0, told["cache_creation_input_tokens"] - hour)
    return told | {"cache_creation": {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour}}
