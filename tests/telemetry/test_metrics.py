"""What is counted for monitors."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.errors import Overloaded
from ccr.telemetry import metrics as module
from ccr.telemetry.meter import Refusal
from ccr.telemetry.metrics import FAMILIES, OTHER, SECONDS, Counts, Gauge, Histogram, Metrics
from ccr.telemetry.record import Record
from tests.telemetry.accounts import OPENAI, a_record, a_try

AT = ("claude", "claude-sonnet-4-5")
BUSY: dict[str, Any] = {"usage": {}, "status": 529, "error": "Overloaded", "whole": False, "received": 0}


def counted(*records: Record, refusals: tuple[Refusal, ...] = ()) -> Counts:
    metrics = Metrics()
    metrics.take(records, refusals)
    return metrics.counts


def test_a_request_counts_once_its_calls_and_tokens_each() -> None:
    values = counted(a_record(a_try(OPENAI, "gpt-5", **BUSY), a_try())).values
    assert values["ccr_requests"] == {("default", *AT, "ok"): 1}
    assert values["ccr_attempts"] == {("openai", "gpt-5", "529"): 1, (*AT, "200"): 1}
    assert values["ccr_tokens"] == {("input", *AT): 1000, ("output", *AT): 100, ("cache_read", *AT): 5000}
    assert values["ccr_answered_bytes"] == {AT: 1234}


def test_errors_are_told_by_class_and_leaving_is_none() -> None:
    values = counted(
        a_record(a_try(**BUSY), error=Overloaded("busy", status=529)), a_record(a_try(whole=False))
    ).values
    assert values["ccr_errors"] == {("Overloaded", "claude", "529"): 1}
    assert {labels[-1]: n for labels, n in values["ccr_requests"].items()} == {"error": 1, "left": 1}


def test_refusals_are_errors_without_a_provider() -> None:
    values = counted(refusals=(Refusal("req_1", 0, 401, "Unauthorized", ""),)).values
    assert values["ccr_errors"] == {("Unauthorized", "", "401"): 1}


def test_an_unknown_cost_is_counted_as_such_and_never_as_nothing() -> None:
    values = counted(a_record(a_try(OPENAI, "who-knows"))).values
    assert values["ccr_cost_unknown"] == {("openai", "who-knows"): 1}
    assert "ccr_cost_dollars" not in values
    left, broken = a_try(usage={}, whole=False), a_try(usage={}, whole=False, error="Broken", status=502)
    refused = a_record(a_try(usage={}, error="Overloaded", received=0), error=Overloaded("busy"))
    values = counted(a_record(left), a_record(broken, answering=broken), refused).values
    assert sum(values["ccr_cost_unknown"].values()) == 2, "a refusal cost nothing"


def test_the_default_model_s_cost_stands_beside_costs_that_are_known() -> None:
    """Else an unknown cost would count as money saved."""
    told = counted(a_record(a_try(OPENAI, "who-knows")), a_record()).values
    assert told["ccr_default_cost_dollars"].keys() == told["ccr_cost_dollars"].keys() == {AT}


def test_latencies_are_of_answers_only() -> None:
    measured = counted(a_record(), a_record(a_try(**BUSY))).histograms
    assert sum(measured["ccr_request_seconds"][AT].counts) == 1
    assert sum(measured["ccr_first_token_seconds"][AT].counts) == 1


def test_names_that_clients_make_up_do_not_grow_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MODELS", 2)
    values = counted(*(a_record(a_try(OPENAI, f"model-{n}")) for n in range(9))).values
    models = {labels[2] for labels in values["ccr_requests"]}
    assert models == {"model-0", "model-1", OTHER}
    assert sum(values["ccr_requests"].values()) == 9


def test_a_histogram_knows_its_bounds() -> None:
    histogram = Histogram()
    for seconds in (0.05, 0.06, 10_000.0):
        histogram.add(seconds)
    assert (histogram.counts[0], histogram.counts[1], histogram.counts[-1]) == (1, 1, 1)
    assert len(histogram.counts) == len(SECONDS) + 1


def test_counts_of_several_processes_are_added_and_states_are_not() -> None:
    first, second = counted(a_record()), counted(a_record())
    first.add("ccr_breaker_open", ("p", "m"), 0.5)
    second.add("ccr_breaker_open", ("p", "m"), 1)
    first.merge(second)
    assert first.values["ccr_requests"] == {("default", *AT, "ok"): 2}
    assert first.values["ccr_breaker_open"] == {("p", "m"): 1}
    assert sum(first.histograms["ccr_request_seconds"][AT].counts) == 2


def test_gauges_are_asked_for_when_somebody_looks() -> None:
    metrics = Metrics()
    running = 0
    metrics.watch(lambda: [Gauge("ccr_in_flight", (), running)])
    running = 7
    assert metrics.gauges().values["ccr_in_flight"] == {(): 7}
    assert metrics.gauges().values["ccr_workers"] == {(): 1}


def test_every_family_has_a_name_of_its_own_and_says_what_it_is() -> None:
    names = [family.name for family in FAMILIES]
    assert len(names) == len(set(names))
    assert all(family.help.endswith(".") for family in FAMILIES)
