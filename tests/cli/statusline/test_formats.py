"""Figures are written as the original's status line writes them."""

from __future__ import annotations

import pytest

from ccr.cli.statusline import formats


@pytest.mark.parametrize(
    ("number", "text"), [(None, ""), (0.0, "0"), (1000.0, "1000"), (1001.0, "1.0k"), (12_345.0, "12.3k")]
)
def test_tokens(number: float | None, text: str) -> None:
    assert formats.tokens(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(None, ""), (0.0, "0.00¢"), (0.0042, "0.42¢"), (0.01, "$0.01"), (1.234, "$1.23")]
)
def test_money(number: float | None, text: str) -> None:
    assert formats.money(number) == text


def test_money_of_which_a_part_is_not_known() -> None:
    assert formats.money(1.5, partly=True) == "$1.50+?"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, ""),
        (850.0, "850ms"),
        (1000.0, "1.0s"),
        (59_949.0, "59.9s"),
        (60_000.0, "1m0s"),
        (125_900.0, "2m5s"),
    ],
)
def test_duration(number: float | None, text: str) -> None:
    assert formats.duration(number) == text


@pytest.mark.parametrize(
    ("part", "of", "text"),
    [(None, 5.0, ""), (5.0, None, ""), (5.0, 0.0, ""), (5.0, -1.0, ""), (40_000.0, 200_000.0, "20")],
)
def test_percent(part: float | None, of: float | None, text: str) -> None:
    assert formats.percent(part, of) == text


def test_thousands() -> None:
    assert (formats.thousands(200_000.0), formats.thousands(None)) == ("200k", "")
