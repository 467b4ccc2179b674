"""Limits, sampling, reasoning, the form of the answer."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.provider import ModelFacts, Provider
from ccr.exchange import Call, Target
from ccr.protocols.openai_chat import PROTOCOL
from tests.protocols.openai_chat.support import encoded

THINKING = {"thinking": {"type": "enabled", "budget_tokens": 4000}}
LOW = {"output_config": {"effort": "low"}}
ADAPTIVE = {"thinking": {"type": "adaptive"}}
TERSE = {"thinking": {"type": "disabled"}, "max_tokens": 64, "stop_sequences": ["<"]}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
FORMAT = {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}
TOOLS = {"tools": [{"name": "Read", "input_schema": SCHEMA}]}


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("gpt-4.1-mini", "max_tokens"),
        ("gpt-oss-120b", "max_tokens"),
        ("gpt-5-mini", "max_completion_tokens"),
        ("openai/gpt-5.5", "max_completion_tokens"),
        ("gpt-12", "max_completion_tokens"),
        ("o3", "max_completion_tokens"),
        ("o4-mini", "max_completion_tokens"),
        ("olmo-3", "max_tokens"),
    ],
)
def test_the_limit_is_named_as_the_model_wants_it(model: str, field: str) -> None:
    assert encoded({"max_tokens": 100}, model=model)[field] == 100
    assert encoded({"max_tokens": 100}, model=model, max_tokens_field="max_tokens")["max_tokens"] == 100


def test_the_limit_is_lowered_to_what_is_taken() -> None:
    assert encoded({"max_tokens": 9000}, max_output=8192)["max_tokens"] == 8192
    assert encoded({"max_tokens": 90}, max_output=8192)["max_tokens"] == 90


@pytest.mark.parametrize(("preset", "limit"), [("openai", 32768), (None, 64000)])
def test_the_model_s_own_limit_counts_at_providers_that_are_known(preset: str | None, limit: int) -> None:
    facts = {"m": ModelFacts(max_output=32768)}
    provider = Provider("x", "https://example.com", "openai_chat", facts=facts, preset=preset)
    body: Any = {"messages": [{"role": "user", "content": "Hi."}], "max_tokens": 64000}
    assert PROTOCOL.encode(Call(Target(provider, "m"), body, stream=False))["max_tokens"] == limit


def test_sampling_is_for_models_that_take_it() -> None:
    body = {"temperature": 0.0, "top_p": 0.9, "top_k": 40, "stop_sequences": ["", "a", "b", "c", "d", "e"]}
    made = encoded(body)
    assert (made["temperature"], made["top_p"], made["stop"]) == (0.0, 0.9, ["a", "b", "c", "d"])
    assert "top_k" not in made
    assert encoded(body, top_k=True)["top_k"] == 40
    assert not {"temperature", "top_p", "top_k", "stop"} & set(encoded(body, model="gpt-5", top_k=True))
    assert not {"temperature", "top_p", "stop"} & set(encoded(body, sampling=False, stop=0))


@pytest.mark.parametrize(
    ("about", "asked", "said"),
    [
        ({"model": "gpt-4.1"}, THINKING, {}),
        ({"model": "gpt-5"}, THINKING, {"reasoning_effort": "medium"}),
        ({"model": "gpt-5"}, {**ADAPTIVE, "output_config": {"effort": "max"}}, {"reasoning_effort": "high"}),
        ({"model": "gpt-5"}, {"output_config": {"effort": "high"}}, {}),
        ({"model": "gpt-5-chat-latest"}, THINKING, {}),
        ({"model": "openai/gpt-oss-120b"}, THINKING, {"reasoning_effort": "medium"}),
        ({"model": "x", "efforts": ("none", "high")}, THINKING, {"reasoning_effort": "high"}),
        ({"model": "gpt-5.4", "effort_with_tools": False}, THINKING | TOOLS, {"reasoning_effort": "none"}),
        ({"model": "gpt-5.4", "effort_with_tools": False}, THINKING, {"reasoning_effort": "medium"}),
        ({"model": "gpt-5", "effort_with_tools": False}, THINKING | TOOLS, {"reasoning_effort": "medium"}),
        ({"reasoning": "openrouter"}, THINKING, {"reasoning": {"max_tokens": 4000}}),
        ({"reasoning": "openrouter"}, ADAPTIVE, {"reasoning": {"enabled": True}}),
        ({"reasoning": "openrouter"}, ADAPTIVE | LOW, {"reasoning": {"effort": "low"}}),
        ({"reasoning": "openrouter"}, {"thinking": {"type": "disabled"}}, {}),
        ({"reasoning": "thinking"}, THINKING, {"thinking": {"type": "enabled"}}),
        ({"reasoning": "thinking"}, {"thinking": {"type": "disabled"}}, {"thinking": {"type": "disabled"}}),
        ({"reasoning": "thinking"}, {}, {}),
        ({"reasoning": "enable_thinking"}, THINKING, {"enable_thinking": True}),
        ({"reasoning": "enable_thinking"}, {"thinking": {"type": "disabled"}}, {"enable_thinking": False}),
        ({"reasoning": "off"}, THINKING, {}),
        ({"reasoning": "openrouter", "model": "z-ai/glm-5"}, TERSE, {"reasoning": {"enabled": False}}),
        ({"reasoning": "openrouter", "model": "openai/gpt-5-mini"}, TERSE, {}),
        ({"model": "gpt-5-mini"}, TERSE, {"reasoning_effort": "minimal"}),
        ({"model": "gpt-5.4"}, TERSE, {"reasoning_effort": "none"}),
        ({"model": "o4-mini"}, TERSE, {"reasoning_effort": "low"}),
        ({"model": "openai/gpt-oss-20b"}, TERSE, {"reasoning_effort": "low"}),
        ({"model": "x", "efforts": ("high", "none", "low")}, TERSE, {"reasoning_effort": "none"}),
        ({"model": "gpt-4.1"}, TERSE, {}),
    ],
)  # fmt: skip
def test_thinking_is_asked_for_in_the_provider_s_words(
    about: dict[str, Any], asked: dict[str, Any], said: dict[str, Any]
) -> None:
    made = encoded(asked, **about)
    words = ("reasoning_effort", "reasoning", "thinking", "enable_thinking")
    assert {key: made[key] for key in words if key in made} == said


def test_a_schema_of_the_answer_is_named_and_strict_only_where_it_is() -> None:
    assert encoded(FORMAT)["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": SCHEMA},
    }
    assert encoded({"output_format": FORMAT["output_config"]["format"]}) == encoded(FORMAT)


def test_a_schema_that_the_provider_does_not_take_is_told_in_words_at_the_end() -> None:
    made = encoded(FORMAT, json_schema=False)
    assert made["response_format"] == {"type": "json_object"}
    assert '"properties":{"a"' in made["messages"][-1]["content"]
    assert made["messages"][:-1] == encoded()["messages"]
