"""When a provider that refuses takes requests again, as it says itself: in headers, in the body, in words.

What is said outright (``retry-after``) goes before what is said of a bucket, and that before words.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

LONGEST = 366 * 86400.0
"""A wait beyond this is a mistake in reading, not a fact."""

_UNITS = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PIECE = r"(\d+(?:\.\d+)?)\s*(us|µs|ms|s|m|h|d)"
_DURATION = re.compile(rf"(?:{_PIECE}\s*)+", re.ASCII)
_PIECES = re.compile(_PIECE, re.ASCII)
_SAID = re.compile(
    r"(?:try again|retry|wait|retry after|available again)\s*(?:in|after|for|at least)?\s*(?:about\s+)?"
    r"(?:(?P<duration>(?:\d+(?:\.\d+)?(?:ms|s|m|h)(?![a-z]))+)"
    r"|(?P<figure>\d+(?:\.\d+)?)\s*(?P<unit>milliseconds?|seconds?|secs?|minutes?|mins?|hours?))",
    re.IGNORECASE | re.ASCII,
)
_WORDS = {"mil": 1e-3, "sec": 1.0, "min": 60.0, "hou": 3600.0}
_BUCKET = re.compile(r"(?:anthropic|x)-ratelimit-(?:.+-)?reset(?:-.+)?")


def reset_of(status: int, headers: Mapping[str, str], error: Mapping[str, Any], said: str) -> float | None:
    """Seconds until the provider takes requests again; None where it does not say.

    ``headers`` with names in lower case, ``error`` the error object of the body, ``said`` its message.
    """
    now = _instant(headers.get("date", "")) or time.time()
    named = [*_outright(headers, now)]
    if status == 429:
        named += _buckets(headers, now)
    named += _in_body(error, now)
    if status in (408, 429, 503, 529):
        named += _in_words(said)
    return next((max(0.0, wait) for wait in named if math.isfinite(wait) and wait <= LONGEST), None)


def with_retry_after(passed: Mapping[str, str], status: int, reset: float | None) -> Mapping[str, str]:
    """The headers that the client gets, with the wait in the one that it reads where it came in another."""
    if not reset or "retry-after" in passed or status not in (429, 503, 529):
        return passed
    return {**passed, "retry-after": str(math.ceil(reset))}


def _outright(headers: Mapping[str, str], now: float) -> Iterator[float]:
    """Azure sends ``retry-after-ms: 0`` beside a ``retry-after`` that counts."""
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds:
        yield milliseconds / 1000
    if (wait := _wait(headers.get("retry-after", ""), now)) is not None:
        yield wait


def _buckets(headers: Mapping[str, str], now: float) -> Iterator[float]:
    """The last of the empty buckets to fill; without one, the scarcest that tokens are taken from."""
    if headers.get("anthropic-ratelimit-unified-status", "rejected") == "rejected":
        unified = _wait(headers.get("anthropic-ratelimit-unified-reset", ""), now)
        if unified is not None:
            yield unified
    found = [
        (_left(headers, name), wait, name)
        for name, value in headers.items()
        if _BUCKET.fullmatch(name) and "unified" not in name and (wait := _wait(value, now)) is not None
    ]
    if empty := [wait for left, wait, _ in found if not left]:
        yield max(empty)
    elif scarce := [(left, wait) for left, wait, name in found if left < 0.5 and "req" not in name]:
        yield min(scarce)[1]


def _left(headers: Mapping[str, str], reset: str) -> float:
    """The share of a bucket that is left, by the header of its reset; 0 where it is not said."""
    left = _number(headers.get(reset.replace("-reset", "-remaining"), "0")) or 0.0
    limit = _number(headers.get(reset.replace("-reset", "-limit"), "")) or 0.0
    return left / limit if limit else float(left > 0)


def _in_body(error: Mapping[str, Any], now: float) -> Iterator[float]:
    """Google's ``RetryInfo``, OpenRouter's headers of the provider behind it, and plain fields."""
    details = error.get("details")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict) and (wait := _wait(detail.get("retryDelay"), now)) is not None:
            yield wait
    metadata = error.get("metadata")
    if isinstance(metadata, dict):
        headers = metadata.get("headers")
        if isinstance(headers, dict):
            lower = {str(name).lower(): str(value) for name, value in headers.items()}
            yield from _outright(lower, now)
            yield from _buckets(lower, now)
        yield from _plain(metadata, now)
    yield from _plain(error, now)


def _plain(value: Mapping[str, Any], now: float) -> Iterator[float]:
    for name in ("retry_after", "retry_after_seconds", "retryAfter"):
        if (wait := _wait(value.get(name), now)) is not None:
            yield wait


def _in_words(said: str) -> Iterator[float]:
    """``Please try again in 1m3.5s``, ``Please retry after 23 seconds``."""
    if found := _SAID.search(said[:8000]):
        if found["duration"]:
            yield _duration(found["duration"].lower())
        else:
            yield float(found["figure"]) * _WORDS[found["unit"][:3].lower()]


def _wait(value: object, now: float) -> float | None:
    """Seconds, ``1m3.5s``, a moment as seconds or milliseconds since 1970, as RFC 3339 or as HTTP's date."""
    text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    figure = _number(text)
    if figure is not None:
        return figure / 1000 - now if figure > 1e11 else figure - now if figure > 1e9 else figure
    if _DURATION.fullmatch(text):
        return _duration(text)
    instant = _instant(text)
    return None if instant is None else instant - now


def _duration(text: str) -> float:
    return sum(float(figure) * _UNITS[unit] for figure, unit in _PIECES.findall(text))


def _number(text: str) -> float | None:
    try:
        figure = float(text)
    except ValueError:
        return None
    return figure if 0 <= figure < math.inf else None


def _instant(text: str) -> float | None:
    """Seconds since 1970 of a date in either form."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            return found.timestamp() if found.tzinfo else None
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
