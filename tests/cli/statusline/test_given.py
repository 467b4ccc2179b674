"""What Claude Code says is read as far as it means something."""

from __future__ import annotations

import io

import pytest

from ccr.cli.statusline import given


@pytest.mark.parametrize(
    ("value", "path"),
    [(None, ("a",)), ([1], ("a",)), ({"a": [1]}, ("a", "b")), ({"a": {"b": 1}}, ("a", "c")), (3, ())],
)
def test_what_is_not_there_is_nothing(value: object, path: tuple[str, ...]) -> None:
    assert given.text(value, *path) == ""
    assert given.at(value, *path) in (None, 3)


@pytest.mark.parametrize("value", [True, "7", None, float("nan"), float("inf"), 10**400, -1e30])
def test_what_is_no_figure_is_none(value: object) -> None:
    assert given.number({"x": value}, "x") is None


def test_figures_are_read() -> None:
    assert given.number({"a": {"x": 7}}, "a", "x") == 7.0


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert given.read(io.BytesIO(b"\xef\xbb\xbf{}")) == {}


def test_no_input_at_all_is_nothing() -> None:
    assert given.read(None) is None
