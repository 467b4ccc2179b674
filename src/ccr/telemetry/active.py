"""The requests that run now: how far each has come, by what its exchange says. Nothing is done per chunk."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any, NamedTuple

from ccr.errors import RouterError
from ccr.exchange import Exchange, Try
from ccr.telemetry.ending import LEFT, ending

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""The id of the request whose task this is: each line that it logs bears it."""

steps = logging.getLogger("ccr.request.steps")
bodies = logging.getLogger("ccr.request.body")
"""Enabled where ``Logging.requestTracking.includeDetails`` asks for bodies."""


class Active:
    """By id. Of one process; ``add`` and ``remove`` are for its event loop."""

    def __init__(self) -> None:
        self._running: dict[str, Exchange] = {}

    def add(self, exchange: Exchange) -> None:
        """It has come."""
        self._running[exchange.id] = exchange
        REQUEST.set(exchange.id)
        if steps.isEnabledFor(logging.DEBUG):
            steps.debug("received", extra={"fields": _received(exchange)})
        if bodies.isEnabledFor(logging.INFO):
            bodies.info("request body", extra={"body": exchange.raw})

    def remove(self, exchange: Exchange) -> None:
        """All is over."""
        self._running.pop(exchange.id, None)
        if steps.isEnabledFor(logging.DEBUG):
            for step in steps_of(exchange):
                steps.debug(step.name, extra={"fields": step.fields, "at": step.at})

    def cut(self, error: RouterError) -> None:
        """All that runs is about to be cut off, and not left by its client."""
        for exchange in self._running.values():
            exchange.error = error

    def running(self) -> list[Exchange]:
        """The oldest first. May be asked from any thread."""
        return list(self._running.values())


def state_of(exchange: Exchange, stuck_after: float) -> dict[str, Any]:
    """One running request, for people. ``since`` in seconds since 1970, ``took_ms`` until now."""
    took = time.perf_counter() - exchange.started
    tried = exchange.tries[-1] if exchange.tries else None
    return {
        "id": exchange.id,
        "since": time.time() - took,
        "took_ms": round(took * 1000, 1),
        "state": _state(exchange),
        "stuck": took > stuck_after,
        "asked": str(exchange.body.get("model") or ""),
        "route": exchange.plan.rule if exchange.plan else "",
        "target": str(tried.target) if tried else "",
        "attempts": len(exchange.tries),
        "stream": exchange.stream,
        "session": exchange.session or "",
        "client": exchange.client,
        "bytes": tried.received if tried else 0,
    }


def _state(exchange: Exchange) -> str:
    """``received``, ``routed``, ``asking`` a provider, ``answering``, ``ending``; ``left`` by its client."""
    if exchange.left:
        return "left"
    if exchange.plan is None:
        return "received"
    if not exchange.tries:
        return "routed"
    if exchange.answering is None:
        return "asking"
    return "ending" if exchange.answering.ended else "answering"


class Step(NamedTuple):
    """Something that happened to a request, ``at`` in seconds since 1970."""

    at: float
    name: str
    fields: dict[str, Any]


def steps_of(exchange: Exchange) -> list[Step]:
    """What happened to a request that is over, in order: routed, each attempt, first token, how it ended.

    All of it stands in the exchange: nothing has to be noted while it runs.
    """
    return sorted(_steps(exchange), key=lambda step: step.at)


def _steps(exchange: Exchange) -> Iterator[Step]:
    now = time.perf_counter()
    day = time.time() - now
    plan, tries = exchange.plan, exchange.tries
    if plan is not None:
        targets = [str(target) for target in plan.targets]
        first = tries[0].started if tries else now
        yield Step(first + day, "routed", {"route": plan.rule, "targets": targets})
    for number, tried in enumerate(tries, 1):
        yield Step(tried.started + day, "attempt", {"number": number, "target": str(tried.target)})
        if tried.content and tried is exchange.answering:
            yield Step(tried.content + day, "first token", {"ms": _ms(tried.content - exchange.started)})
        if tried.error:
            yield Step((tried.ended or now) + day, "attempt failed", _failure(tried, number))
    yield Step(now + day, _ending(exchange), {"ms": _ms(now - exchange.started)})


def _received(exchange: Exchange) -> dict[str, Any]:
    return {
        "model": str(exchange.body.get("model") or ""),
        "stream": exchange.stream,
        "bytes": len(exchange.raw),
        "session": exchange.session or "",
    }


def _failure(tried: Try, number: int) -> dict[str, Any]:
    return {"number": number, "status": tried.status, "error": tried.error, "message": tried.message}


def _ending(exchange: Exchange) -> str:
    error = ending(exchange).error
    return "left" if error == LEFT else "failed" if error else "done"


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
