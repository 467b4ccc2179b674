"""What is counted for monitors: plain dicts, added to in the meter's thread, read when somebody scrapes."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

import msgspec

from ccr import __version__
from ccr.telemetry.ending import LEFT
from ccr.telemetry.meter import Refusal
from ccr.telemetry.record import Record, Trace

Labels = tuple[str, ...]

OTHER = "other"
MODELS = 200
"""Pairs of provider and model that are told apart; clients may ask for any name."""

SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)


class Family(NamedTuple):
    """One metric. ``kind``: ``counter``, ``gauge`` (summed over workers), ``state`` (the highest of them)."""

    name: str
    kind: str
    help: str
    labels: Labels = ()


FAMILIES: tuple[Family, ...] = (
    Family("ccr_requests", "counter", "Requests that are over.", ("route", "provider", "model", "outcome")),
    Family(
        "ccr_errors", "counter", "Requests that failed, by class of error.", ("error", "provider", "status")
    ),
    Family("ccr_attempts", "counter", "Calls of providers.", ("provider", "model", "status")),
    Family("ccr_tokens", "counter", "Tokens, of failed calls too.", ("kind", "provider", "model")),
    Family("ccr_cost_dollars", "counter", "Cost as far as it is known.", ("provider", "model")),
    Family(
        "ccr_default_cost_dollars",
        "counter",
        "Cost of the same requests had the default model answered.",
        ("provider", "model"),
    ),
    Family("ccr_cost_unknown", "counter", "Requests whose cost is not known.", ("provider", "model")),
    Family("ccr_cache_requests", "counter", "What the answer cache did.", ("outcome",)),
    Family("ccr_received_bytes", "counter", "Bytes of requests."),
    Family("ccr_answered_bytes", "counter", "Bytes of providers' answers.", ("provider", "model")),
    Family(
        "ccr_request_seconds", "histogram", "Duration of requests that were answered.", ("provider", "model")
    ),
    Family("ccr_first_token_seconds", "histogram", "Time to the first content.", ("provider", "model")),
    Family("ccr_in_flight", "gauge", "Requests that run."),
    Family("ccr_queue_depth", "gauge", "What waits.", ("queue",)),
    Family("ccr_lost", "counter", "Accounts and rows that could not be kept.", ("of",)),
    Family("ccr_refused", "counter", "Requests for which there was no room."),
    Family("ccr_breaker_open", "state", "1: open, 0.5: being probed.", ("provider", "model")),
    Family("ccr_key_out", "state", "1: the key is not used, 0.5: being probed.", ("provider", "key")),
    Family("ccr_start_time_seconds", "state", "When the newest worker started, seconds since 1970."),
    Family("ccr_workers", "gauge", "Processes that serve."),
    Family("ccr_build_info", "state", "Always 1.", ("version",)),
)
"""Everything that ``/metrics`` tells. Counters get ``_total`` at their end when they are told."""

FAMILY: Mapping[str, Family] = {family.name: family for family in FAMILIES}

KINDS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "reasoning")
"""Of tokens; ``reasoning`` is part of ``output``."""

_alike = attrgetter("route", "provider", "model", "cache", "error", "status")
_summed = attrgetter(*KINDS, "cost", "bytes_in", "bytes_out")


class Histogram(msgspec.Struct):
    """``counts``: how many were in each of ``SECONDS``, and above."""

    counts: list[int] = msgspec.field(default_factory=lambda: [0] * (len(SECONDS) + 1))
    sum: float = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(SECONDS, seconds)] += 1
        self.sum += seconds


class Counts(msgspec.Struct):
    """All figures of a process, by family and labels."""

    values: dict[str, dict[Labels, float]] = {}
    histograms: dict[str, dict[Labels, Histogram]] = {}

    def add(self, name: str, labels: Labels, amount: float = 1) -> None:
        """Counts."""
        if (series := self.values.get(name)) is None:
            series = self.values[name] = {}
        series[labels] = series.get(labels, 0) + amount

    def add_some(self, name: str, labels: Labels, amount: float) -> None:
        """Counts what is not nothing."""
        if amount:
            self.add(name, labels, amount)

    def observe(self, name: str, labels: Labels, milliseconds: Iterable[float]) -> None:
        """Measures."""
        series = self.histograms.setdefault(name, {})
        if (found := series.get(labels)) is None:
            found = series[labels] = Histogram()
        for measured in milliseconds:
            found.add(measured / 1000)

    def merge(self, other: Counts) -> None:
        """Adds what another process counted; of states the highest stays."""
        for name, series in other.values.items():
            for labels, value in series.items():
                if FAMILY[name].kind == "state":
                    ours = self.values.setdefault(name, {})
                    ours[labels] = max(ours.get(labels, value), value)
                else:
                    self.add(name, labels, value)
        for name, measured in other.histograms.items():
            mine = self.histograms.setdefault(name, {})
            for labels, histogram in measured.items():
                kept = mine.setdefault(labels, Histogram())
                kept.counts = [a + b for a, b in zip(kept.counts, histogram.counts, strict=True)]
                kept.sum += histogram.sum


class Gauge(NamedTuple):
    """What is true now."""

    name: str
    labels: Labels
    value: float


Now = Callable[[], Iterable[Gauge]]
"""Asked when somebody scrapes, in any thread."""


class Metrics:
    """A sink of the meter. ``watch`` adds what is true now: requests in flight, breakers, queues."""

    def __init__(self, counts: Counts | None = None) -> None:
        self.counts = counts or Counts()
        self._models: dict[tuple[str, str], Labels] = {}
        self._now: list[Now] = []
        self._started = time.time()

    def watch(self, now: Now) -> None:
        """One more that is asked for gauges."""
        self._now.append(now)

    def take(self, records: Sequence[Record], refusals: Sequence[Refusal]) -> None:
        """Counts a batch."""
        alike: dict[tuple[str, str, str, str, str, int], list[Record]] = {}
        for record in records:
            alike.setdefault(_alike(record), []).append(record)
        for what, group in alike.items():
            self._add(what, group)
        self._calls(records)
        for refusal in refusals:
            self.counts.add("ccr_errors", (refusal.error, "", str(refusal.status)))

    def close(self) -> None:
        """Nothing is held back."""

    def gauges(self) -> Counts:
        """What is true now. Who cannot say it at the moment is left out."""
        found = Counts()
        found.add("ccr_build_info", (__version__,))
        found.add("ccr_start_time_seconds", (), self._started)
        found.add("ccr_workers", ())
        for now in self._now:
            with suppress(RuntimeError):  # what is asked grew while it was looked through
                for name, labels, value in tuple(now()):
                    found.add(name, labels, value)
        return found

    def _add(self, alike: tuple[str, str, str, str, str, int], records: Sequence[Record]) -> None:
        """Requests of the same route, provider, model, cache outcome, error and status."""
        route, provider, model, cache, error, status = alike
        counts, at, number = self.counts, self._at(provider, model), len(records)
        outcome = "left" if error == LEFT else "error" if error else "ok"
        counts.add("ccr_requests", (route.partition(":")[0] or "none", *at, outcome), number)
        if outcome == "error":
            counts.add("ccr_errors", (error, at[0], str(status)), number)
        self._sum(at, records)
        counts.add_some("ccr_cost_unknown", at, sum(one.took and one.cost is None for one in records))
        if cache:
            counts.add("ccr_cache_requests", (cache,), number)
        if outcome == "ok":
            counts.observe("ccr_request_seconds", at, [record.took_ms for record in records])
        first = [record.first_ms for record in records if record.first_ms is not None]
        if first:
            counts.observe("ccr_first_token_seconds", at, first)

    def _sum(self, at: Labels, records: Sequence[Record]) -> None:
        counts = self.counts
        sums = [sum(filter(None, column)) for column in zip(*map(_summed, records), strict=True)]
        *tokens, cost, received, answered = sums
        for kind, amount in zip(KINDS, tokens, strict=True):
            counts.add_some("ccr_tokens", (kind, *at), amount)
        priced = [record.default_cost for record in records if record.cost is not None]
        if priced:
            counts.add("ccr_cost_dollars", at, cost)
        if defaults := [cost for cost in priced if cost is not None]:  # to be compared with what is known
            counts.add("ccr_default_cost_dollars", at, sum(defaults))
        counts.add("ccr_received_bytes", (), received)
        counts.add_some("ccr_answered_bytes", at, answered)

    def _calls(self, records: Sequence[Record]) -> None:
        traces = (record.trace for record in records)
        calls = Counter(chain.from_iterable(trace.calls for trace in traces if type(trace) is Trace))
        for (target, status), number in calls.items():
            provider, _, model = target.partition(",")
            self.counts.add("ccr_attempts", (*self._at(provider, model), str(status)), number)

    def _at(self, provider: str, model: str) -> Labels:
        """Provider and model as labels: the first so many, then ``other``."""
        found = self._models.get((provider, model))
        if found is None:
            found = (provider, model) if len(self._models) < MODELS else (provider, OTHER)
            if len(self._models) < MODELS:
                self._models[provider, model] = found
        return found
