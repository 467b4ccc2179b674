"""Prompts that are too long, told in the one wording at which every Claude Code compacts."""

from __future__ import annotations

import re

from ccr.anthropic.request import Body
from ccr.wire import json

_TOO_LONG = re.compile(
    r"context[ _-]?(length|window|size|limit)|maximum prompt length|prompt (is )?too long|input is too long"
    r"|input length|too many tokens|max(imum)? (input )?length|model token limit|input token count"
    r"|reduce the length of the|too large for model|prompt contains \d+ tokens|range of input"
    r"|input tokens exceed",
    re.IGNORECASE,
)
_WORDED = re.compile(r"prompt is too long: \d+ tokens > \d+ maximum")
_EXCEEDED = re.compile(
    r"exceed|too long|too large|too many|maximum|larger|greater|longer|over |reduce|limit|fit|range",
    re.IGNORECASE,
)
_NUMBER = r"([1-9][\d,_]{2,})"
_LIMITS = (
    re.compile(rf"{_NUMBER}(?: tokens?)?[ )]*(?:maximum|token limit|context)", re.IGNORECASE),
    re.compile(
        rf"(?:maximum|limit|allowed|at most|max|exceed|window|size|<=)\D{{0,50}}?{_NUMBER}", re.IGNORECASE
    ),
    re.compile(rf"length\D{{0,50}}?{_NUMBER}", re.IGNORECASE),
)
"""Where a message tells the limit; the first that fits."""


def is_overflow(message: str, code: object = None) -> bool:
    """Whether a provider's words mean that the conversation does not fit into the model's window."""
    if code in ("context_length_exceeded", "context_window_exceeded", "model_context_window_exceeded"):
        return True
    return bool(_TOO_LONG.search(message) and _EXCEEDED.search(message))


def wording(message: str, body: Body | None = None, window: int | None = None) -> str:
    """``prompt is too long: A tokens > B maximum`` with the provider's own words behind it.

    A and B are the provider's figures; where it gives none, the model's window and an estimate of the body.
    """
    limit = _limit(message) or window
    if _WORDED.search(message):
        return message
    if limit is None:
        return f"prompt is too long: {message}"
    figures = [_number(found) for found in re.findall(_NUMBER, message)]
    asked = max([figure for figure in figures if figure > limit], default=0)
    return (
        f"prompt is too long: {asked or max(_estimate(body), limit + 1)} tokens > {limit} maximum ({message})"
    )


def _limit(message: str) -> int | None:
    found = next((match for pattern in _LIMITS if (match := pattern.search(message))), None)
    return _number(found[1]) if found else None


def _number(text: str) -> int:
    return int(text.replace(",", "").replace("_", ""))


def _estimate(body: Body | None) -> int:
    return len(json.encode(body)) // 4 if body else 0
