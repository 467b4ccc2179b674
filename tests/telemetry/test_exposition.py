"""The page that Prometheus reads, and the dashboard that reads Prometheus."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain_text

from ccr.telemetry.exposition import rendered
from ccr.telemetry.metrics import FAMILIES, Metrics
from ccr.telemetry.snapshots import Alone
from tests.telemetry.accounts import a_record

DASHBOARD = Path(__file__).resolve().parents[2] / "deploy" / "grafana" / "claude-code-router.json"


def page(accept: str = "text/plain") -> str:
    metrics = Metrics()
    metrics.take([a_record(), a_record()], ())
    return rendered(Alone(metrics).total(), accept).body.decode()


def test_every_family_is_told_and_parses() -> None:
    told = {family.name: family for family in plain_text(page())}
    assert set(told) == {family.name for family in FAMILIES}
    [requests] = told["ccr_requests"].samples
    assert requests.name == "ccr_requests_total"
    assert requests.labels == {
        "route": "default",
        "provider": "claude",
        "model": "claude-sonnet-4-5",
        "outcome": "ok",
    }
    assert requests.value == 2


def test_a_histogram_is_cumulative_and_ends_in_infinity() -> None:
    told = {family.name: family for family in plain_text(page())}
    samples = told["ccr_request_seconds"].samples
    buckets = [sample.value for sample in samples if sample.name.endswith("_bucket")]
    assert buckets == sorted(buckets)
    assert buckets[-1] == next(s.value for s in samples if s.name.endswith("_count")) == 2


def test_a_scraper_that_asks_for_open_metrics_gets_them() -> None:
    text = page("application/openmetrics-text; version=1.0.0")
    assert text.endswith("# EOF\n")
    told = open_metrics(text)  # type: ignore[no-untyped-call]
    assert {family.name for family in told} == {family.name for family in FAMILIES}


def expressions(value: Any) -> list[str]:
    """Every query of a dashboard."""
    if isinstance(value, list):
        return [found for one in value for found in expressions(one)]
    if not isinstance(value, dict):
        return []
    own = [value[key] for key in ("expr", "query") if isinstance(value.get(key), str)]
    return own + [found for one in value.values() for found in expressions(one)]


def test_every_panel_of_the_dashboard_shows_metrics_that_exist_by_labels_that_they_have() -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    told: dict[str, set[str]] = {}
    for family in FAMILIES:
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.kind, ("",))
        told |= {family.name + ending: {*family.labels, "le", "instance", "job"} for ending in endings}
    shown = expressions(dashboard["panels"]) + expressions(dashboard["templating"])
    named = [name for text in shown for name in re.findall(r"\bccr_\w+", text)]
    assert set(named) <= set(told)
    for text in shown:
        [*names] = re.findall(r"\bccr_\w+", text)
        for labels in re.findall(r"\bby ?\(([^)]*)\)", text):
            wanted = {label.strip() for label in labels.split(",")}
            assert wanted <= set.union(*(told[name] for name in names)), text
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    assert len(panels) >= 12
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    assert all(panel["targets"] for panel in panels)
