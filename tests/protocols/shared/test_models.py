"""What the names of OpenAI's models tell."""

from __future__ import annotations

import pytest

from ccr.protocols.shared.effort import Effort
from ccr.protocols.shared.models import can_rest, effort_for, has_phases, is_plain, reasons


@pytest.mark.parametrize(
    "model",
    [
        "gpt-5",
        "gpt-5-mini-2025",
        "o3",
        "openai/gpt-5.2",
        "openai.gpt-5.5",
        "gpt-5-codex",
        "codex-mini-latest",
    ],
)
def test_models_that_reason(model: str) -> None:
    assert reasons(model)
    assert not is_plain(model)


@pytest.mark.parametrize(
    "model", ["gpt-4.1-mini", "openai/gpt-4o", "gpt-3.5-turbo", "chatgpt-4o-latest", "gpt-5-chat"]
)
def test_models_that_do_not(model: str) -> None:
    assert is_plain(model)
    assert not reasons(model)


@pytest.mark.parametrize("model", ["grok-4.3", "deepseek-v4", "openai/gpt-oss-120b", "ollama3"])
def test_of_other_names_nothing_is_known(model: str) -> None:
    assert not reasons(model)
    assert not is_plain(model)


@pytest.mark.parametrize(
    ("model", "asked", "given"),
    [
        ("gpt-5", "medium", "medium"),
        ("gpt-5", "max", "high"),
        ("gpt-5.4", "max", "xhigh"),
        ("o3", "xhigh", "high"),
    ],
)
def test_efforts_a_model_does_not_take_become_the_nearest(model: str, asked: Effort, given: Effort) -> None:
    assert effort_for(model, asked) == given


@pytest.mark.parametrize(
    ("model", "rests"),
    [("gpt-5.1", True), ("gpt-5.5", True), ("gpt-5", False), ("gpt-5.1-codex", False), ("o3", False)],
)
def test_models_that_can_do_without_reasoning(model: str, rests: bool) -> None:
    assert can_rest(model) is rests


@pytest.mark.parametrize(
    ("model", "phases"),
    [("gpt-5.3-codex", True), ("openai.gpt-5.5", True), ("gpt-5.3", False), ("gpt-5", False), ("o3", False)],
)
def test_models_that_mark_what_they_say(model: str, phases: bool) -> None:
    assert has_phases(model) is phases
