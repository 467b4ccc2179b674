"""Tokens times prices."""

from __future__ import annotations

from datetime import UTC, datetime
from operator import mul
from typing import NamedTuple

from ccr.config.prices import Peak, Price, Rates
from ccr.telemetry.usage import Tokens

MILLION = 1_000_000

Five = tuple[float | None, float | None, float | None, float | None, float | None]
"""Rates of input, output, cache read, cache write for five minutes and for an hour."""


class Tariff(NamedTuple):
    """A price with what is not said filled in: what a request needs to be priced with."""

    plain: Five
    above: float
    """Tokens of the prompt beyond which ``long`` holds; infinite without such rates."""

    long: Five
    hours: Peak | None
    peak: Five
    always: bool
    """The plain rates hold for every request."""


def tariff_of(price: Price) -> Tariff:
    """The rates of a price, each that is not said taken from the next like it."""
    plain = _five(price, price)
    long, peak = price.long, price.peak
    return Tariff(
        plain,
        long.above if long is not None else float("inf"),
        _five(long, price) if long is not None else plain,
        peak,
        _five(peak, price) if peak is not None else plain,
        always=long is None and peak is None,
    )


def cost(tariff: Tariff, tokens: Tokens, at: float) -> float | None:
    """US dollars for a call that began ``at`` (seconds since 1970); None where a rate is not known."""
    rates = tariff.plain if tariff.always else _in_force(tariff, tokens.prompt, at)
    if None not in rates:
        whole: float = sum(map(mul, tokens, rates)) / MILLION
        return whole
    total = 0.0
    for count, rate in zip(tokens, rates, strict=False):
        if count:
            if rate is None:
                return None
            total += count * rate
    return total / MILLION


def _in_force(tariff: Tariff, prompt: int, at: float) -> Five:
    """The rates for a prompt of so many tokens at that time."""
    if prompt > tariff.above:
        return tariff.long
    if tariff.hours is not None and _peaks(tariff.hours, at):
        return tariff.peak
    return tariff.plain


def _five(rates: Rates, plain: Rates) -> Five:
    return (
        _rate(rates, plain, "input"),
        _rate(rates, plain, "output"),
        _rate(rates, plain, "cache_read", "input"),
        _rate(rates, plain, "cache_write", "input"),
        _rate(rates, plain, "cache_write_1h", "cache_write", "input"),
    )


def _rate(rates: Rates, plain: Rates, *names: str) -> float | None:
    """The first that is said, of these rates or else of the plain ones."""
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
