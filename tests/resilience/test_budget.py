"""No storm: retries are a share of the requests."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccr.config.resilience import Retry
from ccr.resilience.budget import Budget
from tests.resilience.world import Clock


@given(st.lists(st.sampled_from(["request", "retry"]), max_size=300), st.floats(0, 1))
def test_retries_never_pass_their_share_of_the_requests_beyond_what_was_saved(
    events: list[str], share: float
) -> None:
    budget = Budget(Retry(budget=share, budget_per_second=0, budget_burst=5), Clock())
    requests = retries = 0
    for event in events:
        if event == "request":
            requests += 1
            budget.request()
        else:
            retries += budget.take()
    assert retries <= 5 + requests * share + 1e-6


def test_a_few_are_allowed_however_little_is_asked() -> None:
    clock = Clock()
    budget = Budget(Retry(budget=0, budget_per_second=0.5, budget_burst=2), clock)
    assert [budget.take() for _ in range(3)] == [True, True, False]
    clock.pass_by(2)
    assert [budget.take() for _ in range(2)] == [True, False]
    clock.pass_by(3600)
    assert [budget.take() for _ in range(3)] == [True, True, False]


def test_looking_takes_nothing() -> None:
    budget = Budget(Retry(budget_burst=1, budget_per_second=0), lambda: 0.0)
    assert budget.has()
    assert budget.has()
    assert budget.take()
    assert not budget.has()
