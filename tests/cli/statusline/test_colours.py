"""Colours by name or number become what the terminal can show."""

from __future__ import annotations

import pytest

from ccr.cli.statusline.colours import Depth, code, depth


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ({"TERM": "xterm", "NO_COLOR": "1", "COLORTERM": "truecolor"}, Depth.NONE),
        ({"TERM": "dumb"}, Depth.NONE),
        ({"TERM": "xterm", "FORCE_COLOR": "0"}, Depth.NONE),
        ({"TERM": "xterm", "NO_COLOR": ""}, Depth.BASIC),
        ({"TERM": "xterm-256color"}, Depth.MANY),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, Depth.TRUE),
        ({"TERM": "xterm-direct"}, Depth.TRUE),
        ({}, Depth.TRUE),
    ],
)
def test_how_many_colours_there_are(env: dict[str, str], found: Depth) -> None:
    assert depth(env) == found


@pytest.mark.parametrize(
    ("colour", "sequence"),
    [("red", "31"), ("bright_blue", "94"), ("GRAY", "90"), ("bg_cyan", "36"), (" white ", "37")],
)
def test_names_are_the_terminal_s_own_colours(colour: str, sequence: str) -> None:
    for known in (Depth.BASIC, Depth.MANY, Depth.TRUE):
        assert code(colour, known) == f"\x1b[{sequence}m"


def test_a_background_is_behind() -> None:
    assert code("bg_bright_red", Depth.BASIC, behind=True) == "\x1b[101m"
    assert code("bg_#ff0000", Depth.TRUE, behind=True) == "\x1b[48;2;255;0;0m"


@pytest.mark.parametrize("colour", ["#f80", "f80", "#ff8800", "FF8800", "bg_#f80"])
def test_numbers_are_shown_exactly_or_as_near_as_can_be(colour: str) -> None:
    assert code(colour, Depth.TRUE) == "\x1b[38;2;255;136;0m"
    assert code(colour, Depth.MANY) == "\x1b[38;5;208m"
    assert code(colour, Depth.BASIC) == "\x1b[33m"


@pytest.mark.parametrize("colour", ["", "no such", "#12", "#12345g", "bright_", "\x1b[31m", None, 7, ["red"]])
def test_what_is_no_colour_colours_nothing(colour: object) -> None:
    assert code(colour, Depth.TRUE) == ""


def test_without_colours_there_are_none() -> None:
    assert code("red", Depth.NONE) == code("#f80", Depth.NONE) == ""
