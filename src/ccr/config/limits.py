"""How much may go through: requests and tokens in a time, and how many at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Metric = Literal["requests", "tokens", "input", "output"]

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

RATES: Mapping[str, tuple[Metric, float]] = {
    "rpm": ("requests", MINUTE),
    "rph": ("requests", HOUR),
    "rpd": ("requests", DAY),
    "tpm": ("tokens", MINUTE),
    "tph": ("tokens", HOUR),
    "tpd": ("tokens", DAY),
    "inputTpm": ("input", MINUTE),
    "inputTph": ("input", HOUR),
    "inputTpd": ("input", DAY),
    "outputTpm": ("output", MINUTE),
    "outputTph": ("output", HOUR),
    "outputTpd": ("output", DAY),
}
"""What each name means: so much of what, in how many seconds."""

WINDOWS: Mapping[str, tuple[Metric, str]] = {
    "maxRequests": ("requests", "windowMs"),
    "maxTokens": ("tokens", "quotaWindowMs"),
}
"""The same with a time of one's own, in milliseconds under the second name."""


class Rate(NamedTuple):
    """At most so much of something in so many seconds."""

    name: str
    """As it is called in the file."""

    of: Metric
    most: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits on one thing: a provider, a model, a key, a client, or everything."""

    rates: tuple[Rate, ...] = ()
    concurrency: int | None = None
    """Requests under way at once."""

    cache_reads: bool | None = None
    """Whether tokens read from a prompt cache count; None: as the provider counts them."""

    def __bool__(self) -> bool:
        return bool(self.rates or self.concurrency)


NONE = Limits()


@dataclass(frozen=True)
class Queue:
    """Where requests wait that are over a limit."""

    max: int = 256
    """How many may wait; 0: nobody does."""

    seconds: float = 30.0
    """How long one may wait."""


def of(said: Mapping[str, Any]) -> Limits:
    """The limits by the names of the file, each checked already; None and what is missing say nothing."""
    return Limits((*_rates(said), *_windows(said)), said.get("concurrency"), said.get("cacheReads"))


def of_key(beside: Mapping[str, Any]) -> Limits:
    """The limits of a key: ``limits`` beside it, and ``rpm`` and ``tpm`` by themselves."""
    own = {name: beside[name] for name in ("rpm", "tpm") if beside.get(name) is not None}
    return of({**own, **(beside.get("limits") or {})})


def _rates(said: Mapping[str, Any]) -> Iterator[Rate]:
    for name, (metric, seconds) in RATES.items():
        if (most := said.get(name)) is not None:
            yield Rate(name, metric, most, seconds)


def _windows(said: Mapping[str, Any]) -> Iterator[Rate]:
    for name, (metric, window) in WINDOWS.items():
        if said.get(name) and said.get(window):
            yield Rate(name, metric, said[name], said[window] / 1000)
