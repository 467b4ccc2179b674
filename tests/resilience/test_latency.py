"""Percentiles of the last first contents of each target."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccr.resilience.latency import KEPT, TARGETS, Latency


@given(st.lists(st.floats(0, 100), min_size=1, max_size=300), st.floats(1, 99))
def test_it_is_the_percentile_of_the_last_samples(samples: list[float], percent: float) -> None:
    latency = Latency()
    for sample in samples:
        latency.took("a", sample)
    last = samples[-KEPT:]
    found = latency.percentile("a", percent)
    assert found in last
    assert sum(sample < found for sample in last) <= len(last) * percent / 100
    assert sum(sample <= found for sample in last) >= len(last) * percent / 100


def test_of_too_few_samples_nothing_is_said() -> None:
    latency = Latency()
    latency.took("a", 1.0)
    assert latency.percentile("a", 95, least=2) is None
    assert latency.percentile("b", 95) is None
    assert latency.percentile("a", 95) == 1.0


def test_targets_are_told_apart_and_bounded() -> None:
    latency = Latency()
    for number in range(TARGETS + 1):
        latency.took(str(number), number)
        latency.took("kept", -1.0)
    assert latency.percentile("kept", 50) == -1.0
    assert latency.percentile("0", 50) is None
    assert latency.percentile(str(TARGETS), 50) == TARGETS
