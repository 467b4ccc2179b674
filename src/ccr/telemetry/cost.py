"""Tokens times prices."""

from __future__ import annotations

from datetime import UTC, datetime

from ccr.config.prices import Peak, Price, Rates
from ccr.telemetry.usage import Tokens

MILLION = 1_000_000


def cost(price: Price | None, tokens: Tokens, at: float) -> float | None:
    """US dollars for a call that began ``at`` (seconds since 1970); None where a rate is not known."""
    if price is None:
        return None
    rates = in_force(price, tokens.prompt, at)
    counted = (
        (tokens.input, _rate(rates, price, "input")),
        (tokens.output, _rate(rates, price, "output")),
        (tokens.cache_read, _rate(rates, price, "cache_read", "input")),
        (tokens.cache_write_5m, _rate(rates, price, "cache_write", "input")),
        (tokens.cache_write_1h, _rate(rates, price, "cache_write_1h", "cache_write", "input")),
    )
    if any(count and rate is None for count, rate in counted):
        return None
    return sum(count * rate for count, rate in counted if rate) / MILLION


def in_force(price: Price, prompt: int, at: float) -> Rates:
    """The rates for a prompt of so many tokens at that time."""
    if price.long is not None and prompt > price.long.above:
        return price.long
    if price.peak is not None and _peaks(price.peak, at):
        return price.peak
    return price


def _rate(rates: Rates, plain: Rates, *names: str) -> float | None:
    """The first that is said, of what is in force or else of the plain rates."""
    for source in (rates, plain):
        for name in names:
            rate: float | None = getattr(source, name)
            if rate is not None:
                return rate
    return None


def _peaks(peak: Peak, at: float) -> bool:
    now = datetime.fromtimestamp(at, UTC)
    if peak.weekdays and now.weekday() >= 5:
        return False
    clock = f"{now:%H:%M}"
    return any(_within(clock, *span.split("-")) for span in peak.hours)


def _within(clock: str, first: str, last: str) -> bool:
    return first <= clock < last if first < last else clock >= first or clock < last
