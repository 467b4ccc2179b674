"""``reasoning``: both switches say the same, and ``enable: false`` turns both off."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.transformers.reasoning import Reasoning

ON = {"thinking": {"type": "enabled"}, "enable_thinking": True}
OFF = {"thinking": {"type": "disabled"}, "enable_thinking": False}


@pytest.mark.parametrize(
    ("payload", "sent"),
    [
        ({"enable_thinking": True, "thinking_budget": 9}, {**ON, "thinking_budget": 9}),
        ({"enable_thinking": False}, OFF),
        ({"thinking": {"type": "enabled"}}, ON),
        ({"thinking": {"type": "disabled"}}, OFF),
        ({"model": "m"}, {"model": "m"}),
    ],
)
def test_one_switch_follows_the_other(payload: dict[str, Any], sent: dict[str, Any]) -> None:
    assert Reasoning().payload(payload) == sent


@pytest.mark.parametrize(
    "asked", [{}, ON, {"reasoning_effort": "high"}, {"reasoning": {"max_tokens": 9}}, {"thinking_budget": 9}]
)
def test_disabled_it_is_off_whatever_is_asked(asked: dict[str, Any]) -> None:
    assert Reasoning(enable=False).payload({"model": "m", **asked}) == {"model": "m", **OFF}
