"""Token counts in Anthropic's convention: ``input_tokens`` leaves out what a cache gave or took."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any


def count(value: object) -> int:
    """A provider's count: missing, null, negative and odd ones are 0."""
    if type(value) is int:
        return max(0, value)
    if isinstance(value, float):
        value = int(value) if isfinite(value) else 0
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def usage(prompt: int, output: int, cached: int = 0, written: int = 0) -> dict[str, Any]:
    """``prompt`` is everything, cached or not.

    A cache larger than the prompt was counted beside it; one that was written and read at once was read.
    """
    inside = cached <= prompt
    if cached + written > prompt:
        written = 0
    return {
        "input_tokens": prompt - cached - written if inside else prompt,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": cached,
        "output_tokens": output,
    }


def beside(reasoning: object = None, charged: float | None = None) -> dict[str, Any]:
    """What only the accounts are told: reasoning, in Anthropic's words, and US dollars that were charged."""
    told: dict[str, Any] = {}
    if reasoning is not None:
        told["output_tokens_details"] = {"thinking_tokens": count(reasoning)}
    return told if charged is None else {**told, "charged": charged}


TICKS = 10_000_000_000
"""Of xAI's, in a dollar: recorded answers at its list prices."""


def charged(told: Mapping[str, Any]) -> float | None:
    """What a provider of OpenAI's family says that it charged, US dollars; None where it does not say.

    OpenRouter and Vercel: ``cost``, and what the maker charges besides where the key is the user's own.
    """
    if "cost" not in told and "cost_in_usd_ticks" not in told:
        return None
    if (ticks := _amount(told.get("cost_in_usd_ticks"))) is not None:
        return ticks / TICKS
    cost, details = told.get("cost"), told.get("cost_details")
    if isinstance(cost, Mapping):  # Perplexity
        return _amount(cost.get("total_cost"))
    if (fee := _amount(cost)) is None or not ("is_byok" in told or isinstance(details, Mapping)):
        return None
    if told.get("is_byok") is not True:
        return fee
    makers = _amount(details.get("upstream_inference_cost")) if isinstance(details, Mapping) else None
    return None if makers is None else fee + makers


def _amount(value: object) -> float | None:
    sound = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and value >= 0
    return float(value) if sound else None  # type: ignore[arg-type]
