"""``usage`` of Chat Completions, in each vendor's spelling (CONTRACT §4)."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.writer import NO_USAGE
from ccr.protocols.shared.usage import beside, charged, count, usage

_CACHED = ("prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens")


def usage_of(told: Any) -> dict[str, Any]:
    """Anthropic's counts; zeros when the provider told none."""
    if not isinstance(told, dict):
        return dict(NO_USAGE)
    details = _part(told, "prompt_tokens_details")
    cached = count(details.get("cached_tokens")) or _cached(told)
    written = count(details.get("cache_write_tokens")) or count(told.get("cache_creation_input_tokens"))
    return usage(count(told.get("prompt_tokens")), _output(told), cached, written)


def used_of(told: Any, counted: dict[str, Any] | None = None) -> dict[str, Any]:
    """The same, with what clients are not told; nothing when the provider told nothing.

    ``counted``: what ``usage_of`` made of it, where that is known.
    """
    if not isinstance(told, dict) or not told:
        return {}
    thought = _part(told, "completion_tokens_details").get("reasoning_tokens")
    return (counted or usage_of(told)) | beside(thought, charged(told))


def _cached(told: dict[str, Any]) -> int:
    for key in _CACHED:
        if key in told and (figure := count(told[key])):
            return figure
    return 0


def _output(told: dict[str, Any]) -> int:
    """The answer's tokens; reasoning is added where the total shows that it was counted beside (xAI)."""
    completion = count(told.get("completion_tokens"))
    thought = count(_part(told, "completion_tokens_details").get("reasoning_tokens"))
    if not thought:
        return completion
    beside = count(told.get("total_tokens")) == count(told.get("prompt_tokens")) + completion + thought
    return completion + thought if beside else completion


def _part(told: dict[str, Any], key: str) -> dict[str, Any]:
    part = told.get(key)
    return part if isinstance(part, dict) else {}
