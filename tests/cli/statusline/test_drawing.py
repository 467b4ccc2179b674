"""Modules to a line: side by side, and as a powerline."""

from __future__ import annotations

from ccr.cli.statusline.colours import Depth
from ccr.cli.statusline.drawing import ARROW, Piece, plain, powerline

PIECES = [Piece("one", "I", "red", "bg_blue"), Piece("two", "", "#fff", "bg_#102030")]


def test_side_by_side_each_in_its_colour() -> None:
    assert plain(PIECES, Depth.NONE) == "I one two"
    assert plain([Piece("x", color="red")], Depth.BASIC) == "\x1b[31mx\x1b[0m"
    assert plain([Piece("x")], Depth.TRUE) == "x"


def test_colours_that_a_script_leaves_on_end_with_it() -> None:
    assert plain([Piece("\x1b[31mx")], Depth.TRUE).endswith("\x1b[0m")


def test_an_arrow_has_the_colour_of_what_is_before_it_on_the_colour_of_what_comes() -> None:
    line = powerline(PIECES, Depth.TRUE, simple=False)
    assert line == (
        "\x1b[44m\x1b[31m I one \x1b[0m"
        f"\x1b[48;2;16;32;48m\x1b[34m{ARROW}\x1b[0m"
        "\x1b[48;2;16;32;48m\x1b[38;2;255;255;255m two \x1b[0m"
        f"\x1b[38;2;16;32;48m{ARROW}\x1b[0m"
    )


def test_simple_fonts_get_no_arrows() -> None:
    assert ARROW not in powerline(PIECES, Depth.TRUE, simple=True)


def test_without_colours_bars_are_between() -> None:
    assert powerline(PIECES, Depth.NONE, simple=False) == "I one | two"


def test_a_piece_without_a_background_gets_one_and_never_ink_of_its_colour() -> None:
    assert powerline([Piece("x")], Depth.BASIC, simple=False).startswith("\x1b[104m\x1b[30m x ")
    assert "\x1b[104m\x1b[30m" in powerline([Piece("x", "", "bright_blue")], Depth.BASIC, simple=False)


def test_there_are_ten_pieces_at_most() -> None:
    assert powerline([Piece(str(n)) for n in range(20)], Depth.NONE, simple=False).endswith("9")
