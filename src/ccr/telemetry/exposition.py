"""Figures in the words of Prometheus; its client does the rendering, imported with the first scrape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry

from ccr.telemetry.metrics import FAMILIES, SECONDS, Counts, Family, Histogram


class Page(NamedTuple):
    body: bytes
    media_type: str


def rendered(counts: Counts, accept: str) -> Page:
    """The page in the form that a scraper's ``Accept`` asks for."""
    encode, media_type = choose_encoder(accept)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(counts))
    return Page(encode(registry), media_type)


class _Told(Collector):
    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        for family in FAMILIES:
            if family.kind == "histogram":
                yield self._measured(family)
            else:
                kind = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
                metric = kind(family.name, family.help, labels=family.labels)
                for labels, value in sorted(self._counts.values.get(family.name, {}).items()):
                    metric.add_metric(labels, value)
                yield metric

    def _measured(self, family: Family) -> Metric:
        metric = HistogramMetricFamily(family.name, family.help, labels=family.labels)
        for labels, histogram in sorted(self._counts.histograms.get(family.name, {}).items()):
            metric.add_metric(labels, _cumulative(histogram), histogram.sum)
        return metric


def _cumulative(histogram: Histogram) -> list[tuple[str, float]]:
    """``(bound, how many at most that long)``, the last bound being infinity."""
    bounds = [*map(str, SECONDS), "+Inf"]
    sums = [sum(histogram.counts[: place + 1]) for place in range(len(bounds))]
    return list(zip(bounds, map(float, sums), strict=True))
