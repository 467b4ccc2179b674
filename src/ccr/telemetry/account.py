"""From an exchange that is over to its row: the event loop takes a note, a thread makes the row of it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from ccr.config.settings import Settings
from ccr.errors import RouterError
from ccr.exchange import Exchange, Plan, Target, Try
from ccr.telemetry import usage
from ccr.telemetry.cost import cost
from ccr.telemetry.ending import ending
from ccr.telemetry.prices import Prices
from ccr.telemetry.record import Record, Trace
from ccr.wire import json

LONGEST = 200
"""Letters that are kept of what clients call themselves, their sessions and models."""

ROUTES = 1_000
"""Routes that are remembered as the JSON of traces."""


class Account(msgspec.Struct, frozen=True, gc=False):
    """What is noted of an exchange: nothing that keeps its body alive. It is in no cycle."""

    id: str
    at: float
    took: float
    session: str
    agent: str
    client: str
    asked: str
    stream: bool
    size: int
    started: float
    plan: Plan | None
    tries: Sequence[Try]
    answering: Try | None
    target: Target | None
    error: RouterError | None
    cache: str
    left: bool
    continued: tuple[str, ...]
    parent: str
    traceparent: str
    """The client's place in a distributed trace (W3C Trace Context)."""

    books: Books


_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass
class Books:
    """How the accounts of one configuration are made up. ``trace`` and ``kind`` are routing's."""

    settings: Settings
    prices: Prices
    trace: Callable[[Plan], dict[str, Any]]
    kind: Callable[[Exchange], str] = lambda _: ""
    project: Callable[[str], str] = lambda _: ""
    redact: Callable[[str], str] = str
    name: Callable[[str], str] = str
    """The same for short texts that come again: what clients call themselves and ask for."""

    def note(self, exchange: Exchange) -> Account:
        """On the event loop: a few microseconds."""
        headers, model, started = exchange.headers, exchange.body.get("model"), exchange.started
        now = time.perf_counter()
        return Account(  # by position, which takes half the time
            exchange.id,
            time.time() - (now - started),
            (exchange.ended or now) - started,
            exchange.session or "",
            headers.get("x-claude-code-agent-type") or self.kind(exchange),
            exchange.client,
            model if isinstance(model, str) else "",
            exchange.stream,
            len(exchange.raw),
            started,
            exchange.plan,
            exchange.tries,
            exchange.answering,
            exchange.target,
            exchange.error,
            exchange.cache,
            exchange.left,
            exchange.continued,
            exchange.parent,
            headers.get("traceparent", ""),
            self,
        )

    def routed(self, plan: Plan) -> bytes:
        """How it was routed, as JSON that is to go on: the same for most requests."""
        if plan.refusal is not None:
            return self.redact(_opened(self.trace(plan)).decode()).encode()  # in the client's words
        targets = tuple([(str(target), target.ceiling) for target in plan.targets])
        key = plan.rule, plan.asked, plan.rejected, plan.layers, targets
        if (found := self._routed.get(key)) is None:
            if len(self._routed) >= ROUTES:
                self._routed.clear()
            found = self._routed[key] = _opened(self.trace(plan))
        return found

    @cached_property
    def _routed(self) -> dict[tuple[object, ...], bytes]:
        return {}

    @cached_property
    def default(self) -> Target | None:
        """The model of ``Router.default``."""
        name, _, model = (self.settings.route("default") or "").partition(",")
        provider = self.settings.provider(name.strip())
        return Target(provider, model.strip()) if provider is not None else None


def _opened(value: dict[str, Any]) -> bytes:
    return json.encode(value)[:-1] + b"," if value else b"{"


def record_of(account: Account) -> Record:
    """The row, off the event loop."""
    books, tries, told = account.books, account.tries, account.answering
    shown = told or _blamed(account)
    calls = [_called(account, tried) for tried in tries]
    tokens = usage.total([portion for call in calls for portion in call.portions]) or NOTHING
    target = shown.target if shown is not None else account.target if account.cache else None
    status, error, message = ending(account)
    first = told.content - account.started if told and told.content else None
    plan = account.plan
    return Record(
        id=account.id,
        parent=account.parent,
        at=account.at,
        session=books.name(account.session[:LONGEST]),
        project=books.project(account.session) if account.session else "",
        agent=books.name(account.agent[:LONGEST]),
        client=account.client,
        asked=books.name(account.asked[:LONGEST]),
        route=plan.rule if plan is not None else "",
        reason=books.name(plan.asked[-1].said) if plan is not None and plan.asked else "",
        provider=target.provider.name if target is not None else "",
        model=books.name(target.model) if target is not None else "",
        key=shown.key if shown is not None else "",
        attempts=len(tries),
        status=status,
        error=error,
        message=books.redact(message) if message else "",
        stream=account.stream,
        first_ms=_milliseconds(first) if first is not None and first <= account.took else None,
        took_ms=_milliseconds(account.took),
        flow_ms=_milliseconds(told.ended - told.content) if told and first and account.stream else None,
        input=tokens[0],
        output=tokens[1],
        cache_read=tokens[2],
        cache_write_5m=tokens[3],
        cache_write_1h=tokens[4],
        reasoning=tokens[5],
        cost=_cost(calls),
        default_cost=_default_cost(account, calls),
        cache=account.cache,
        bytes_in=account.size,
        bytes_out=told.received if told is not None else 0,
        trace=_trace(account),
    )


def _blamed(account: Account) -> Try | None:
    """Of calls that all failed the one whose error the client was told, else the last."""
    tries, error = account.tries, account.error
    if error is not None and len(tries) > 1:
        for tried in tries:
            if (tried.status, tried.message) == (error.status, error.message):
                return tried
    return tries[-1] if tries else None


NOTHING = (None,) * 6
"""Of each kind of token: it is not known."""


class Called(NamedTuple):
    """A call, and what it took."""

    tried: Try
    portions: list[usage.Portion]
    cost: float | None


def _called(account: Account, tried: Try) -> Called:
    portions = usage.portions(tried.usage)
    return Called(tried, portions, _price(account, tried, portions))


def _cost(calls: list[Called]) -> float | None:
    """Of all calls, failed ones too; None where what one took, or its price, is not known."""
    if len(calls) == 1:
        return calls[0].cost
    costs = [call.cost for call in calls if call.portions or usage.silent(call.tried)]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if costs and len(known) == len(costs) else None


def _price(account: Account, tried: Try, portions: list[usage.Portion]) -> float | None:
    """What the provider says that it charged, else its tokens at their prices."""
    said = tried.usage
    charged = usage.told_cost(said) if "charged" in said else None
    if charged is not None or not portions:
        return charged
    paid = usage.billed(said) if "billed" in said else None
    at = account.at + (tried.started - account.started)
    return _sum(account.books.prices, tried.target, paid or portions, at)


def _default_cost(account: Account, calls: list[Called]) -> float | None:
    """What the answer had cost at the model of ``Router.default``."""
    told, default = account.answering, account.books.default
    if told is None or default is None:
        return None
    for tried, portions, paid in calls:
        if tried is told and portions:
            if default.model == tried.target.model and default.provider is tried.target.provider:
                return paid
            plain = [portion._replace(model="") for portion in portions]
            return _sum(account.books.prices, default, plain, account.at)
    return None


def _sum(prices: Prices, target: Target, portions: list[usage.Portion], at: float) -> float | None:
    total = 0.0
    for portion in portions:
        known = prices.of(target.provider, portion.model or target.model)
        part = cost(known.tariff, portion.tokens, at) if known is not None else None
        if part is None:
            return None
        total += part
    return total


def _trace(account: Account) -> Trace:
    tries = [_told(account, tried) for tried in account.tries]
    calls: dict[str, Any] = {"tries": tries}
    if account.traceparent and _TRACEPARENT.fullmatch(account.traceparent):
        calls["traceparent"] = account.traceparent
    data = json.encode(calls)
    if account.plan is not None:
        data = account.books.routed(account.plan) + data[1:]
    return Trace(data, [(told["target"], told["status"]) for told in tries])


def _told(account: Account, tried: Try) -> dict[str, Any]:
    """One call, times in milliseconds since the request came."""
    begun, ended = tried.started - account.started, tried.ended or account.started + account.took
    told: dict[str, Any] = {
        "target": f"{tried.target.provider.name},{tried.target.model}",
        "key": tried.key,
        "started_ms": _milliseconds(begun),
        "took_ms": _milliseconds(ended - tried.started),
        "status": tried.status,
        "whole": tried.whole,
        "bytes": tried.received,
    }
    if tried.content:
        told["first_ms"] = _milliseconds(tried.content - tried.started)
    if tried.error:
        told |= {"error": tried.error, "message": account.books.redact(tried.message)[:500]}
    if tried.usage:
        told["usage"] = {name: count for name, count in tried.usage.items() if name in COUNTED}
    return told


COUNTED = frozenset(
    {
        "input_tokens",
        "output_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
        "output_tokens_details",
        "charged",
    }
)
"""What the trace shows of the usage of each call."""


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1e6) / 1e3
