"""Figures as the original's status line writes them. None, which is "not known", is written as nothing."""

from __future__ import annotations

THOUSAND = 1_000


def tokens(number: float | None) -> str:
    """``987``, ``12.3k``"""
    if number is None:
        return ""
    return f"{number / THOUSAND:.1f}k" if number > THOUSAND else f"{number:.0f}"


def thousands(number: float | None) -> str:
    """``200k``"""
    return "" if number is None else f"{round(number / THOUSAND)}k"


def whole(number: float | None) -> str:
    return "" if number is None else f"{number:.0f}"


def percent(part: float | None, of: float | None) -> str:
    """``42``: without the sign, which stands in the theme."""
    return "" if part is None or not of or of < 0 else f"{round(part / of * 100)}"


def money(dollars: float | None, *, partly: bool = False) -> str:
    """``0.42¢``, ``$1.23``; ``$1.23+?`` where a part is not known."""
    if dollars is None:
        return ""
    more = "+?" if partly else ""
    return (f"{dollars * 100:.2f}¢" if dollars < 0.01 else f"${dollars:.2f}") + more


def duration(milliseconds: float | None) -> str:
    """``850ms``, ``4.5s``, ``2m5s``"""
    if milliseconds is None:
        return ""
    if milliseconds < THOUSAND:
        return f"{milliseconds:.0f}ms"
    if milliseconds < 60 * THOUSAND:
        return f"{milliseconds / THOUSAND:.1f}s"
    minutes, seconds = divmod(int(milliseconds / THOUSAND), 60)
    return f"{minutes}m{seconds}s"
