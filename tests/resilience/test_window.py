"""Counts over a sliding window."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccr.resilience.window import BUCKETS, Counts, Window


def test_it_slides() -> None:
    window = Window(60.0)
    window.add(1000.0, failed=True)
    window.add(1030.0, slow=True)
    assert window.counts(1030.0) == Counts(2, 1, 1)
    assert window.counts(1065.0) == Counts(1, 0, 1)
    assert window.counts(1200.0) == Counts(0, 0, 0)
    window.add(1200.0)
    assert window.counts(1200.0) == Counts(1, 0, 0)
    window.clear()
    assert window.counts(1200.0) == Counts(0, 0, 0)


@given(st.lists(st.tuples(st.floats(0, 300), st.booleans()), max_size=60), st.floats(6, 120))
def test_it_knows_what_was_within_the_window_to_a_sixth_of_it(
    steps: list[tuple[float, bool]], seconds: float
) -> None:
    window, now, calls = Window(seconds), 0.0, []
    for step, failed in steps:
        now += step
        calls.append((now, failed))
        window.add(now, failed=failed)
    counted = window.counts(now)
    surely = [failed for at, failed in calls if at > now - seconds + seconds / BUCKETS]
    perhaps = [failed for at, failed in calls if at >= now - seconds]
    assert len(surely) <= counted.all <= len(perhaps)
    assert sum(surely) <= counted.failed <= sum(perhaps)
