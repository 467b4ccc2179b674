"""Tokens times prices."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from ccr.config.prices import Long, Peak, Price
from ccr.telemetry.cost import cost, tariff_of
from ccr.telemetry.usage import Tokens

MILLION = 1_000_000
PLAIN = Price(input=3, output=15, cache_read=0.3, cache_write=3.75, cache_write_1h=6)
LONG = replace(PLAIN, long=Long(above=200_000, input=6, output=22.5))
PEAK = Price(
    input=1, output=2, peak=Peak(hours=("01:00-04:00", "22:00-00:30"), weekdays=True, input=2, output=4)
)
MONDAY, SATURDAY = datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tokens", "dollars"),
    [
        (Tokens(input=MILLION), 3.0),
        (Tokens(output=MILLION), 15.0),
        (Tokens(cache_read=MILLION), 0.3),
        (Tokens(cache_write_5m=MILLION), 3.75),
        (Tokens(cache_write_1h=MILLION), 6.0),
        (Tokens(output=MILLION, reasoning=MILLION), 15.0),
        (Tokens(), 0.0),
    ],
)
def test_each_kind_of_token_has_its_rate_and_reasoning_is_output(tokens: Tokens, dollars: float) -> None:
    assert cost(tariff_of(PLAIN), tokens, 0) == pytest.approx(dollars)


def test_an_unknown_price_is_unknown_and_never_zero() -> None:
    assert cost(tariff_of(Price(input=3)), Tokens(input=1, output=1), 0) is None
    assert cost(tariff_of(Price(input=3)), Tokens(input=MILLION), 0) == 3.0


def test_what_a_cache_gives_costs_as_much_as_input_where_nothing_else_is_said() -> None:
    plain = tariff_of(Price(input=2, output=8))
    assert cost(plain, Tokens(cache_read=MILLION, cache_write_1h=MILLION), 0) == pytest.approx(4.0)


def test_a_long_prompt_costs_more_as_a_whole_with_what_was_cached_of_it() -> None:
    assert cost(tariff_of(LONG), Tokens(input=200_000), 0) == pytest.approx(0.6)
    assert cost(tariff_of(LONG), Tokens(input=1, cache_read=200_000, output=MILLION), 0) == pytest.approx(
        (1 * 6 + 200_000 * 6 + MILLION * 22.5) / MILLION
    )


@pytest.mark.parametrize(
    ("day", "hour", "minute", "rate"),
    [
        (MONDAY, 0, 59, 1),
        (MONDAY, 1, 0, 2),
        (MONDAY, 3, 59, 2),
        (MONDAY, 4, 0, 1),
        (MONDAY, 23, 0, 2),
        (MONDAY, 0, 15, 2),
        (SATURDAY, 2, 0, 1),
    ],
)
def test_peak_hours_are_utc_and_may_be_of_weekdays_only(
    day: datetime, hour: int, minute: int, rate: float
) -> None:
    at = day.replace(hour=hour, minute=minute).timestamp()
    assert cost(tariff_of(PEAK), Tokens(input=MILLION), at) == rate
