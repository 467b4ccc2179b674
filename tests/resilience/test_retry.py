"""The next step after a failure."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccr.config.resilience import Retry
from ccr.errors import BadRequest, ProxyFault, RouterError
from ccr.resilience.budget import Budget
from ccr.resilience.retry import Decision, Situation, Step, decide
from tests.resilience.world import (
    BAD,
    DOWN,
    GONE,
    LIMITED,
    OVERLOADED,
    REFUSED,
    UNKNOWN,
    Clock,
    failure,
)

ALL = [BAD, DOWN, GONE, LIMITED, OVERLOADED, REFUSED, UNKNOWN, BadRequest("No."), ProxyFault("No.")]


def step(error: RouterError, retry: Retry | None = None, **about: Any) -> Decision:
    retry = retry or Retry()
    return decide(Situation(error, **about), retry, Budget(retry, Clock()), lambda: 1.0)


def test_a_lone_target_is_asked_twice_more() -> None:
    """One provider, one key, as most have it."""
    for error in (DOWN, GONE, LIMITED, OVERLOADED):
        assert [step(error, retries=n).step for n in range(3)] == [Step.AGAIN, Step.AGAIN, Step.GIVE_UP]


def test_with_another_target_left_no_time_is_lost() -> None:
    for error in (DOWN, GONE, LIMITED, OVERLOADED, REFUSED, UNKNOWN):
        assert step(error, target_left=True) == (Step.NEXT_TARGET, 0)


def test_another_key_goes_before_another_target_where_the_key_was_at_fault() -> None:
    for error in (LIMITED, REFUSED, failure(402), failure(400, "Your credit balance is too low")):
        assert step(error, key_left=True, target_left=True).step is Step.NEXT_KEY
    for error in (DOWN, GONE, OVERLOADED, UNKNOWN):
        assert step(error, key_left=True, target_left=True).step is Step.NEXT_TARGET


def test_a_bad_request_is_shown_at_once() -> None:
    assert step(BAD, key_left=True, target_left=True) == (Step.GIVE_UP, 0)


def test_what_a_fallback_cannot_carry_another_may() -> None:
    assert step(BadRequest("No images."), target_left=True).step is Step.GIVE_UP
    assert step(BadRequest("No images."), target_left=True, failed=2).step is Step.NEXT_TARGET


def test_a_wait_that_is_named_is_kept_or_told() -> None:
    assert step(failure(429, reset=3)) == Decision(Step.AGAIN, 3 * 1.1)
    assert step(failure(429, reset=11)).step is Step.GIVE_UP
    assert step(failure(429, reset=3), seconds_left=2).step is Step.GIVE_UP


def test_waits_that_are_guessed_have_a_bound_together() -> None:
    retry = Retry(attempts=20, max_delay_ms=4000, total_seconds=8)
    waited, waits = 0.0, list[float]()
    while (decision := step(DOWN, retry, retries=len(waits), waited=waited)).step is Step.AGAIN:
        waited += decision.wait
        waits.append(decision.wait)
    assert waits == [0.5, 1, 2, 4]


def test_no_retry_without_budget() -> None:
    retry = Retry(budget=0, budget_per_second=0, budget_burst=1)
    budget = Budget(retry, Clock())
    steps = [decide(Situation(DOWN), retry, budget).step for _ in range(3)]
    assert steps == [Step.AGAIN, Step.GIVE_UP, Step.GIVE_UP]
    assert decide(Situation(DOWN, target_left=True), retry, budget).step is Step.NEXT_TARGET


def test_retries_can_be_switched_off() -> None:
    assert step(DOWN, Retry(enabled=False)).step is Step.GIVE_UP
    assert step(DOWN, Retry(attempts=0)).step is Step.GIVE_UP


@given(
    st.sampled_from(ALL),
    st.booleans(),
    st.booleans(),
    st.integers(0, 5),
    st.floats(0, 20),
    st.floats(0, 100),
)
def test_nobody_is_asked_after_the_commit_and_nobody_waited_for_after_the_deadline(
    error: RouterError, key: bool, target: bool, retries: int, waited: float, left: float
) -> None:
    about: dict[str, Any] = {"key_left": key, "target_left": target, "retries": retries, "waited": waited}
    assert step(error, committed=True, seconds_left=left, **about).step is Step.GIVE_UP
    assert step(error, seconds_left=0.0, **about).step is not Step.AGAIN
    decision = step(error, seconds_left=left, **about)
    assert decision.wait < max(left, 1e-9)
    assert decision.step is not Step.NEXT_KEY or key
    assert decision.step is not Step.NEXT_TARGET or target
    assert decision.step is not Step.AGAIN or not target


def test_a_target_that_took_all_of_its_time_leaves_the_others_theirs() -> None:
    late = failure(504)
    assert step(late, target_left=True, seconds_left=-0.01).step is Step.NEXT_TARGET
    assert step(late, seconds_left=-0.01).step is Step.GIVE_UP
