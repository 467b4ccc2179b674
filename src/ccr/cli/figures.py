"""Figures as people read them. What is not known is a question mark, never a zero."""

from __future__ import annotations

from collections.abc import Sequence

UNKNOWN = "?"
BARS = "▁▂▃▄▅▆▇█"
PLAIN_BARS = "_.:-=+*#"


def count(number: int | None) -> str:
    """``987``, ``12.3k``, ``4.56M``"""
    if number is None:
        return UNKNOWN
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size * 0.9995:  # what would be written as 1000 of the next smaller
            return f"{number / size:.3g}{letter}"
    return str(number)


def money(dollars: float | None, unpriced: int = 0) -> str:
    """``$1.23``; ``$1.23+?`` where some of it is not known, ``?`` where nothing is."""
    if dollars is None:
        return UNKNOWN
    if not dollars:
        return UNKNOWN if unpriced else "$0"
    digits = 2 if dollars >= 1 else 4 if dollars >= 0.001 else 6
    return f"${dollars:,.{digits}f}" + ("+?" if unpriced else "")


def duration(milliseconds: float | None) -> str:
    """``123 ms``, ``4.5 s``, ``2 min 5 s``"""
    if milliseconds is None:
        return UNKNOWN
    if milliseconds < 1_000:
        return f"{milliseconds:.0f} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1_000:.1f} s"
    minutes, seconds = divmod(round(milliseconds / 1_000), 60)
    return f"{minutes} min {seconds} s"


def spark(values: Sequence[float], *, plain: bool = False) -> str:
    """A line of bars, the highest for the largest value; nothing where there was nothing."""
    bars, largest = PLAIN_BARS if plain else BARS, max(values, default=0)
    return "".join(_bar(value / largest, bars) if value > 0 else " " for value in values)


def _bar(share: float, bars: str) -> str:
    return bars[min(int(share * len(bars)), len(bars) - 1)]
