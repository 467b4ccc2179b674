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
