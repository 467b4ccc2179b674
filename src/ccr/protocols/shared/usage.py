"""Token counts in Anthropic's convention: ``input_tokens`` leaves out what a cache gave or took."""

from __future__ import annotations

from math import isfinite
from typing import Any


def count(value: object) -> int:
    """A provider's count: missing, null, negative and odd ones are 0."""
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
