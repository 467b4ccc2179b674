"""Modules to a line: side by side, or as a powerline of coloured pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ccr.cli.statusline.colours import RESET, Depth, code
from ccr.cli.statusline.themes import MOST_POWERLINE

ARROW = "\ue0b0"
BETWEEN = " | "
"""In a powerline without colours."""

BEHIND = "bg_bright_blue"
"""The background of a piece that has none."""

INK = "black"
"""Can be read on the bright colours."""


class Piece(NamedTuple):
    """A module that has something to say."""

    text: str
    icon: str = ""
    color: str = ""
    background: str = ""

    @property
    def shown(self) -> str:
        return f"{self.icon} {self.text}" if self.icon else self.text


def plain(pieces: Sequence[Piece], depth: Depth) -> str:
    """Side by side."""
    return " ".join(_coloured(piece, depth) for piece in pieces)


def _coloured(piece: Piece, depth: Depth) -> str:
    begin = code(piece.color, depth) + code(piece.background, depth, behind=True)
    end = RESET if depth and (begin or "\x1b" in piece.shown) else ""
    return f"{begin}{piece.shown}{end}"


def powerline(pieces: Sequence[Piece], depth: Depth, *, simple: bool) -> str:
    """Each on a background of its own, with arrows between them where the font has arrows."""
    pieces = pieces[:MOST_POWERLINE]
    if not depth:
        return BETWEEN.join(piece.shown for piece in pieces)
    grounds = [_ground(piece, depth) for piece in pieces]
    line = ""
    for number, (piece, ground) in enumerate(zip(pieces, grounds, strict=True)):
        behind = code(ground, depth, behind=True)
        ink = INK if not piece.color or piece.color == ground.removeprefix("bg_") else piece.color
        line += f"{behind}{code(ink, depth) or code(INK, depth)} {piece.shown} {RESET}"
        after = code(grounds[number + 1], depth, behind=True) if number + 1 < len(grounds) else ""
        line += "" if simple else f"{after}{code(ground, depth)}{ARROW}{RESET}"
    return line


def _ground(piece: Piece, depth: Depth) -> str:
    return piece.background if code(piece.background, depth) else BEHIND
