"""What to do after a failure: the same target again, the next key, the next target, or tell the client."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ccr.config.resilience import Retry
from ccr.errors import RouterError, UpstreamError
from ccr.resilience.backoff import wait_before
from ccr.resilience.budget import Budget
from ccr.resilience.faults import Fault, fault_of


class Step(StrEnum):
    AGAIN = "again"
    """Wait, then ask the same target, with whichever key its pool gives."""

    NEXT_KEY = "next key"
    NEXT_TARGET = "next target"
    GIVE_UP = "give up"


class Decision(NamedTuple):
    step: Step
    wait: float = 0.0
    """Seconds before the same target is asked again."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a request stands after a failure."""

    error: RouterError
    key_left: bool = False
    """The target's pool has another key that is not out, and that this request has not tried."""

    target_left: bool = False
    """The plan has another target."""

    failed: int = 1
    """Failures of this request, this one among them."""

    retries: int = 0
    """How often a target was asked again so far."""

    waited: float = 0.0
    """Seconds that were waited before that, other than those which a provider named."""

    seconds_left: float = float("inf")
    """Until the target was waited for long enough: then others are asked, but it is not asked again."""

    committed: bool = False
    """Something of an answer has gone to the client."""


_GIVE_UP = Decision(Step.GIVE_UP)


def decide(
    now: Situation, retry: Retry, budget: Budget, chance: Callable[[], float] = random.random
) -> Decision:
    """The next step. Takes from the budget only where the same target is asked again."""
    if now.committed:
        return _GIVE_UP
    if not isinstance(now.error, UpstreamError):  # what the second target cannot carry, the third may
        return Decision(Step.NEXT_TARGET) if now.target_left and now.failed > 1 else _GIVE_UP
    fault = fault_of(now.error)
    if fault is Fault.REQUEST:
        return _GIVE_UP
    if now.key_left and fault in (Fault.KEY, Fault.LIMIT):
        return Decision(Step.NEXT_KEY)
    if now.target_left:
        return Decision(Step.NEXT_TARGET)
    wait = _wait(now, now.error, fault, retry, chance)
    return Decision(Step.AGAIN, wait) if wait is not None and budget.take() else _GIVE_UP


def _wait(
    now: Situation, error: UpstreamError, fault: Fault, retry: Retry, chance: Callable[[], float]
) -> float | None:
    """Seconds before another try of the same target; None where there is to be none."""
    if not retry.enabled or now.retries >= retry.attempts:
        return None
    wait = wait_before(error, fault, now.retries, retry, chance)
    if wait is None or wait >= now.seconds_left:
        return None
    return wait if error.reset or now.waited + wait <= retry.total_seconds else None
