"""Figures as people read them."""

from __future__ import annotations

import pytest

from ccr.cli.figures import count, duration, money, spark


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "?"),
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (12_345, "12.3k"),
        (999_499, "999k"),
        (999_900, "1M"),
        (4_560_000, "4.56M"),
        (7_000_000_000, "7G"),
    ],
)
def test_counts(number: int | None, text: str) -> None:
    assert count(number) == text


@pytest.mark.parametrize(
    ("dollars", "unpriced", "text"),
    [
        (None, 3, "?"),
        (0, 0, "$0"),
        (0, 2, "?"),
        (1234.5, 0, "$1,234.50"),
        (1.2, 3, "$1.20+?"),
        (0.0123, 0, "$0.0123"),
        (0.000012, 0, "$0.000012"),
    ],
)
def test_an_unknown_cost_is_never_zero(dollars: float | None, unpriced: int, text: str) -> None:
    assert money(dollars, unpriced) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(None, "?"), (0.4, "0 ms"), (999, "999 ms"), (4_500, "4.5 s"), (125_000, "2 min 5 s")],
)
def test_durations(milliseconds: float | None, text: str) -> None:
    assert duration(milliseconds) == text


def test_a_line_of_bars() -> None:
    assert spark([0, 1, 4, 8]) == " ▂▅█"
    assert spark([0, 1, 4, 8], plain=True) == " .=#"
    assert spark([]) == ""
    assert spark([0, 0]) == "  "
