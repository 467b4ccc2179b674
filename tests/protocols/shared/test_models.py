"""What the names of OpenAI's models tell."""

from __future__ import annotations

import pytest

from ccr.protocols.shared.effort import Effort
from ccr.protocols.shared.models import (
    always_thinks,
    can_rest,
    effort_for,
    has_phases,
    is_plain,
    least_effort,
    reasons,
)


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


@pytest.mark.parametrize(
    ("model", "always"),
    [
        *(
            (m, True)
            for m in ("gpt-5", "o3-mini", "openai/o1", "deepseek-reasoner", "kimi-k2-thinking", "qwq-32b")
        ),
        *(
            (m, True)
            for m in ("deepseek/deepseek-r1-0528", "gpt-oss:20b", "grok-4-fast-reasoning", "MiniMax-M2")
        ),
        *(
            (m, True)
            for m in ("gemini-2.5-pro", "google/gemini-3-flash", "gpt-5-codex", "Qwen3-235B-Thinking")
        ),
        *(
            (m, False)
            for m in ("gpt-5.2", "gpt-5-chat-latest", "gpt-4.1", "deepseek-chat", "gemini-2.5-flash")
        ),
        *((m, False) for m in ("grok-4-fast-non-reasoning", "claude-sonnet-5", "llama-3.3-70b", "qwen3-max")),
    ],
)
def test_models_that_think_whatever_they_are_told(model: str, always: bool) -> None:
    assert always_thinks(model) is always


@pytest.mark.parametrize(
    ("model", "least"),
    [
        ("gpt-5-mini", "minimal"),
        ("gpt-5-2025-08-07", "minimal"),
        ("gpt-5.4", "none"),
        ("o3", "low"),
        ("gpt-5-pro", "low"),
    ],
)
def test_the_lowest_effort(model: str, least: str) -> None:
    assert least_effort(model) == least
