"""How long is waited before the same target is asked again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.config.resilience import Retry
from ccr.errors import Broken, Overloaded, Unreachable, UpstreamError
from ccr.resilience.backoff import LATER, wait_before
from ccr.resilience.faults import fault_of
from tests.resilience.world import BAD, DOWN, GONE, LIMITED, OVERLOADED, REFUSED, UNKNOWN, failure


def wait(
    error: UpstreamError, tries: int = 0, chance: float = 1.0, retry: Retry | None = None
) -> float | None:
    return wait_before(error, fault_of(error), tries, retry or Retry(), lambda: chance)


def test_each_wait_is_drawn_from_below_a_bound_that_doubles() -> None:
    assert [wait(DOWN, n) for n in range(5)] == [0.5, 1, 2, 4, 4]
    assert [wait(GONE, n, 0.5) for n in range(3)] == [0.25, 0.5, 1]
    assert wait(DOWN, chance=0.0) == 0


def test_limits_are_given_more_time_than_broken_connections() -> None:
    assert wait(LIMITED) == wait(OVERLOADED) == 1.0


@given(st.floats(0, 400), st.floats(0, 1))
def test_what_the_provider_names_is_kept_up_to_a_bound(reset: float, chance: float) -> None:
    waited = wait(failure(429, reset=reset), chance=chance)
    if reset > Retry().retry_after_seconds:
        assert waited is None
    elif reset:
        assert waited is not None
        assert reset <= waited <= reset * (1 + LATER)


def never_again() -> list[UpstreamError]:
    told = Overloaded("No.", status=429, headers={"x-should-retry": "false"})
    hung = [Unreachable("No answer", status=504), Broken("Silent", status=504), failure(408)]
    return [told, *hung, Unreachable("No valid URL", status=500), REFUSED, BAD, UNKNOWN]


@pytest.mark.parametrize("error", never_again(), ids=lambda error: f"{error.status} {error.message}")
def test_what_will_not_do_better_is_not_asked_again(error: UpstreamError) -> None:
    assert wait(error) is None
