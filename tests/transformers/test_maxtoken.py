"""``maxtoken``: a ceiling, never a floor, and no thinking budget above it."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest

from ccr.transformers.maxtoken import MaxToken


@pytest.mark.parametrize(("asked", "sent"), [(32000, 4096), (4096, 4096), (100, 100)])
def test_only_what_is_larger_is_lowered(asked: int, sent: int) -> None:
    assert MaxToken(max_tokens=4096).request({"max_tokens": asked}) == {"max_tokens": sent}


@pytest.mark.parametrize("body", [{}, {"max_tokens": None}, {"max_tokens": "many"}])
def test_what_is_no_number_stays(body: Any) -> None:
    assert MaxToken(max_tokens=4096).request(copy(body)) == body


@pytest.mark.parametrize(
    ("most", "thinking", "sent"),
    [
        (4096, {"type": "enabled", "budget_tokens": 31999}, {"type": "enabled", "budget_tokens": 4095}),
        (4096, {"type": "enabled", "budget_tokens": 2000}, {"type": "enabled", "budget_tokens": 2000}),
        (1024, {"type": "enabled", "budget_tokens": 31999}, {"type": "disabled"}),
        (4096, {"type": "adaptive"}, {"type": "adaptive"}),
    ],
)
def test_a_budget_stays_below_the_ceiling(most: int, thinking: Any, sent: Any) -> None:
    edited = MaxToken(max_tokens=most).request({"max_tokens": 32000, "thinking": thinking})
    assert edited == {"max_tokens": most, "thinking": sent}
