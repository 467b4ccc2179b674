"""How much thinking a request asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ccr.anthropic.conversations import folded
from ccr.anthropic.request import Body, wants_thinking

Level = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
Effort = Literal["low", "medium", "high", "xhigh", "max"]
_ORDER: tuple[Level, ...] = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_EFFORTS: dict[object, Effort] = {
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "xhigh",
    "max": "max",
}


def budget(body: Body) -> int | None:
    """The tokens that thinking may take, when the client names a figure."""
    thinking = body.get("thinking")
    figure = thinking.get("budget_tokens") if isinstance(thinking, dict) and wants_thinking(body) else None
    return figure if isinstance(figure, int) and figure > 0 else None


def effort(body: Body) -> Effort | None:
    """The effort that is asked for by name; what the newest message says wins (per-turn control)."""
    said = body.get("messages")
    return (said_effort(said) if isinstance(said, list) else None) or _named(None, body)


def said_effort(said: list[Any]) -> Effort | None:
    """The effort that the newest message asks for which asks for one."""
    return folded(said, "effort", None, _named)


def _named(before: Effort | None, holder: object) -> Effort | None:
    config = holder.get("output_config") if isinstance(holder, dict) else None
    return (_EFFORTS.get(str(config.get("effort"))) if isinstance(config, dict) else None) or before


def nearest(wanted: Effort, levels: Sequence[Level]) -> Level:
    """The level that is nearest to the one wanted; never ``none`` where there is another."""
    thinking = [level for level in levels if level != "none"] or levels
    return min(thinking, key=lambda level: abs(_ORDER.index(level) - _ORDER.index(wanted)))


def least(levels: Sequence[Level]) -> Level:
    """The level of least thinking."""
    return min(levels, key=_ORDER.index)


def effort_of(body: Body) -> Effort:
    """The effort by name, else by the budget: up to 1,024 tokens low, up to 8,192 medium, else high."""
    if (named := effort(body)) is not None:
        return named
    figure = budget(body)
    if figure is None:
        return "medium"
    return "low" if figure <= 1024 else "medium" if figure <= 8192 else "high"
