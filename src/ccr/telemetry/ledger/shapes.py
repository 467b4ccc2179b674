"""The ledger's answers as JSON: for the HTTP API and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ccr.telemetry.ledger.figures import Figures
from ccr.telemetry.ledger.queries import Group, Session
from ccr.telemetry.ledger.trends import Window
from ccr.telemetry.record import Record

RATES = ("firstMs", "tookMs", "tokensPerSecond")
"""Figures that are no sums."""

BRIEF = tuple(name for name in Record.__struct_fields__ if name != "trace")


def figures_json(figures: Figures) -> dict[str, Any]:
    """``{"requests", "inputTokens", "outputTokens", "cost", …}``"""
    found: dict[str, Any] = msgspec.to_builtins(figures)
    return found


def totals_json(figures: Figures) -> dict[str, Any]:
    """``{"totalRequests", "totalInputTokens", "totalOutputTokens", "totalCost", …}``"""
    return {
        name if name in RATES else f"total{name[0].upper()}{name[1:]}": value
        for name, value in figures_json(figures).items()
    }


def usage_json(total: Figures, providers: Mapping[str, Figures]) -> dict[str, Any]:
    """``{"providers": {name: {"inputTokens", "outputTokens", "requests", …}}, "totalInputTokens", …}``

    Requests that got to no provider are in the totals only.
    """
    each = {name: figures_json(figures) for name, figures in providers.items() if name}
    return {"providers": each, **totals_json(total)}


def session_json(session: Session) -> dict[str, Any]:
    """``{"sessionId", "providers": …, "totalInputTokens", …, "firstAt", "lastAt"}``; times since 1970."""
    told = usage_json(session.total, session.providers)
    return {"sessionId": session.id, **told, "firstAt": session.first, "lastAt": session.last}


def group_json(group: Group) -> dict[str, Any]:
    """``{"day": "2026-11-21T00:00:00+00:00", "requests", …}``: what the group has in common, and its sums."""
    return {**group.of, **figures_json(group.figures)}


def record_json(record: Record) -> dict[str, Any]:
    """A request as it stands in the ledger, with its trace."""
    return {**brief_json(record), "trace": dict(record.trace)}


def brief_json(record: Record) -> dict[str, Any]:
    """A request without its trace."""
    return {name: getattr(record, name) for name in BRIEF}


def window_json(window: Window) -> dict[str, Any]:
    """``{"window", "seconds", "requests", "errors", "rate", …}``, and the same of the time before."""
    return {
        "window": window.name,
        "seconds": window.seconds,
        "requests": window.requests,
        "errors": window.errors,
        "rate": window.errors / window.requests if window.requests else None,
        "requestsBefore": window.requests_before,
        "errorsBefore": window.before,
        "rateBefore": window.before / window.requests_before if window.requests_before else None,
    }
