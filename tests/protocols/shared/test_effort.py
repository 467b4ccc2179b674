"""How much thinking is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.protocols.shared.effort import Effort, Level, budget, effort, effort_of, least, nearest


def thinking(tokens: int) -> dict[str, Any]:
    return {"thinking": {"type": "enabled", "budget_tokens": tokens}}


@pytest.mark.parametrize(
    ("tokens", "level"), [(1024, "low"), (1025, "medium"), (8192, "medium"), (31999, "high")]
)
def test_a_budget_is_an_effort(tokens: int, level: Effort) -> None:
    assert effort_of(thinking(tokens)) == level  # type: ignore[arg-type]


def test_a_name_wins_over_a_budget_and_the_newest_message_over_all() -> None:
    body: Any = thinking(1024) | {"output_config": {"effort": "max"}}
    assert effort_of(body) == "max"
    body["messages"] = [
        {"role": "system", "content": "", "output_config": {"effort": "high"}},
        {"role": "user"},
    ]
    assert effort(body) == "high"


def test_without_a_word_it_is_medium() -> None:
    assert effort_of({"thinking": {"type": "adaptive"}}) == "medium"
    assert effort({"output_config": {"effort": "enormous"}}) is None
    assert budget({"thinking": {"type": "disabled", "budget_tokens": 5}}) is None


@pytest.mark.parametrize(
    ("wanted", "levels", "level"),
    [
        ("max", ("low", "high"), "high"),
        ("medium", ("none", "high"), "high"),
        ("low", ("minimal", "low"), "low"),
        ("low", ("none",), "none"),
    ],
)
def test_the_nearest_level_that_a_model_takes(
    wanted: Effort, levels: tuple[Level, ...], level: Level
) -> None:
    assert nearest(wanted, levels) == level


def test_the_least_of_the_levels_a_model_takes() -> None:
    assert least(("high", "minimal", "low")) == "minimal"
    assert least(("low", "none")) == "none"
