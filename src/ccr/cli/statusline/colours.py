"""Colours by name or number, as the codes of a terminal (ECMA-48, SGR), in as many as it can show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum

NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
OTHER_NAMES = {"gray": "bright_black", "grey": "bright_black", "purple": "magenta", "orange": "#ffa500"}

RESET = "\x1b[0m"

_HEX = re.compile(r"#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_STEPS = (0, 95, 135, 175, 215, 255)
"""The 256 colours' cube."""

_RGB = (
    (0, 0, 0),
    (205, 49, 49),
    (13, 188, 121),
    (229, 229, 16),
    (36, 114, 200),
    (188, 63, 188),
    (17, 168, 205),
    (229, 229, 229),
)


class Depth(IntEnum):
    """How many colours there are."""

    NONE = 0
    BASIC = 16
    MANY = 256
    TRUE = 1 << 24


def depth(env: Mapping[str, str]) -> Depth:
    """By the environment alone: standard output is Claude Code's, and no terminal."""
    term, colour = env.get("TERM", ""), env.get("COLORTERM", "").lower()
    if env.get("NO_COLOR") or env.get("FORCE_COLOR") in ("0", "false") or term == "dumb":
        return Depth.NONE
    if colour in ("truecolor", "24bit") or env.get("FORCE_COLOR") == "3" or "direct" in term or not term:
        return Depth.TRUE
    return Depth.MANY if "256" in term or env.get("WT_SESSION") else Depth.BASIC


def code(colour: object, depth: Depth, *, behind: bool = False) -> str:
    """The sequence for a colour, "" for what is none. ``behind``: of the background.

    A name (``bright_blue``, ``bg_red``), ``#RGB``, ``#RRGGBB``, the digits alone, or ``bg_#RRGGBB``.
    """
    name = colour.strip().lower().removeprefix("bg_") if isinstance(colour, str) else ""
    name = OTHER_NAMES.get(name, name)
    if depth is Depth.NONE or not name:
        return ""
    if (number := _number(name)) is not None:
        return f"\x1b[{(90 if number > 7 else 30) + number % 8 + 10 * behind}m"
    return _of_hex(name, depth, behind=behind) if _HEX.fullmatch(name) else ""


def _number(name: str) -> int | None:
    """Of the 16 colours that each terminal has its own idea of."""
    bright = name.startswith("bright_")
    base = name.removeprefix("bright_")
    return NAMES.index(base) + 8 * bright if base in NAMES else None


def _of_hex(text: str, depth: Depth, *, behind: bool) -> str:
    red, green, blue = rgb(text)
    if depth is Depth.TRUE:
        return f"\x1b[{48 if behind else 38};2;{red};{green};{blue}m"
    if depth is Depth.MANY:
        return f"\x1b[{48 if behind else 38};5;{_of_256(red, green, blue)}m"
    near = min(range(8), key=lambda n: sum((a - b) ** 2 for a, b in zip(_RGB[n], rgb(text), strict=True)))
    return f"\x1b[{(40 if behind else 30) + near}m"


def rgb(text: str) -> tuple[int, int, int]:
    """``#f80`` and ``ff8800`` as three numbers up to 255."""
    digits = text.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _of_256(*parts: int) -> int:
    """The nearest of the colour cube."""
    red, green, blue = (min(range(6), key=lambda n: abs(_STEPS[n] - part)) for part in parts)
    return 16 + 36 * red + 6 * green + blue
