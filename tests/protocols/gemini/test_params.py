"""Thinking and limits, by what the names of models tell."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.dialect import Dialect
from ccr.protocols.gemini import models
from tests.protocols.gemini.support import a_call, encoded

ADAPTIVE: dict[str, Any] = {"thinking": {"type": "adaptive"}}


def config(body: dict[str, Any], model: str, **about: Any) -> object:
    return encoded(body, model=model, **about)["generationConfig"].get("thinkingConfig")


@pytest.mark.parametrize(
    ("model", "off"),
    [
        ("gemini-2.5-flash", {"thinkingBudget": 0}),
        ("gemini-2.5-flash-lite-preview", {"thinkingBudget": 0}),
        ("gemini-2.5-pro", None),
        ("gemini-3-pro-preview", None),
        ("gemini-3-flash-preview", None),
        ("gemini-2.0-flash", None),
        ("gemini-2.5-flash-image", None),
        ("gemini-flash-latest", None),
    ],
)
def test_thinking_is_switched_off_only_where_a_model_takes_that(model: str, off: object) -> None:
    assert config({}, model) == off
    assert config({"thinking": {"type": "disabled"}, "output_config": {"effort": "high"}}, model) == off


@pytest.mark.parametrize(
    ("model", "least"),
    [
        ("gemini-2.5-flash", {"thinkingBudget": 0}),
        ("gemini-2.5-pro", {"thinkingBudget": 128}),
        ("gemini-3-flash-preview", {"thinkingLevel": "LOW"}),
        ("gemini-2.0-flash", None),
    ],
)
def test_a_verdict_of_a_word_is_hardly_thought_over(model: str, least: object) -> None:
    assert (
        config({"thinking": {"type": "disabled"}, "max_tokens": 64, "stop_sequences": ["<"]}, model) == least
    )


@pytest.mark.parametrize(
    ("effort", "model", "level"),
    [
        (None, "gemini-3-pro-preview", None),
        ("low", "gemini-3-pro-preview", "LOW"),
        ("medium", "gemini-3-pro-preview", "HIGH"),
        ("medium", "gemini-3.1-pro-preview", "MEDIUM"),
        ("max", "google/gemini-3-flash", "HIGH"),
    ],
)
def test_gemini_3_thinks_by_levels(effort: str | None, model: str, level: str | None) -> None:
    body = {**ADAPTIVE, "output_config": {"effort": effort}}
    wanted = {"includeThoughts": True} | ({"thinkingLevel": level} if level else {})
    assert config(body, model) == wanted


@pytest.mark.parametrize(
    ("thinking", "effort", "model", "budget"),
    [
        ({"type": "enabled", "budget_tokens": 10_000}, None, "gemini-2.5-flash", 10_000),
        ({"type": "enabled", "budget_tokens": 31_999}, None, "gemini-2.5-flash", 24_576),
        ({"type": "enabled", "budget_tokens": 31_999}, None, "gemini-2.5-pro", 31_999),
        ({"type": "enabled", "budget_tokens": 100}, None, "gemini-2.5-flash-lite", 512),
        ({"type": "adaptive"}, "low", "gemini-2.5-flash", 1024),
        ({"type": "adaptive"}, "max", "gemini-2.5-pro", 20_000),
        ({"type": "adaptive"}, None, "gemini-2.5-pro", None),
        ({"type": "enabled", "budget_tokens": 2048}, None, "gemini-flash-latest", 2048),
    ],
)
def test_gemini_2_thinks_by_budgets(
    thinking: dict[str, Any], effort: str | None, model: str, budget: int | None
) -> None:
    body = {"thinking": thinking, "output_config": {"effort": effort}, "max_tokens": 40_000}
    wanted = {"includeThoughts": True} | ({"thinkingBudget": budget} if budget else {})
    assert config(body, model) == wanted


@pytest.mark.parametrize("about", [{"model": "gemini-2.0-flash"}, {"dialect": Dialect(reasoning="off")}])
def test_a_model_that_does_not_think_is_not_told_to(about: dict[str, Any]) -> None:
    call = a_call(ADAPTIVE, **about)
    assert "thinkingConfig" not in encoded(ADAPTIVE, **about)["generationConfig"]
    assert not call.notes


@pytest.mark.parametrize(
    ("model", "generation"),
    [
        ("gemini-2.5-pro", 2.5),
        ("models/gemini-3-flash-preview", 3.0),
        ("google/gemini-3.1-pro", 3.1),
        ("gemini-flash-latest", None),
        ("my-alias", None),
        ("gemma-3-27b-it", 0.0),
    ],
)
def test_generations(model: str, generation: float | None) -> None:
    assert models.generation(model) == generation


def test_limits_and_sampling() -> None:
    body = {"max_tokens": 9000, "temperature": 1, "top_k": 3, "stop_sequences": []}
    assert encoded(body, model="gemini-2.0-flash", dialect=Dialect(max_output=8192, sampling=False))[
        "generationConfig"
    ] == {"maxOutputTokens": 8192}
    assert encoded(body, model="gemini-2.0-flash")["generationConfig"] == {
        "maxOutputTokens": 9000,
        "temperature": 1,
        "topK": 3,
    }


def test_the_older_schemas_where_a_gateway_knows_no_others() -> None:
    asked = {
        "tools": [{"name": "A", "input_schema": {"properties": {"x": {"type": ["string", "null"]}}}}],
        "output_format": {"type": "json_schema", "schema": {"type": "object", "additionalProperties": False}},
    }
    payload = encoded(asked, dialect=Dialect(strict_schemas=True))
    (function,) = payload["tools"][0]["functionDeclarations"]
    assert function["parameters"]["properties"] == {"x": {"type": "string", "nullable": True}}
    assert payload["generationConfig"]["responseSchema"] == {"type": "object"}


@pytest.mark.parametrize(
    ("choice", "config"),
    [
        ({"type": "auto"}, {"mode": "AUTO"}),
        ({"type": "any"}, {"mode": "ANY"}),
        ({"type": "none"}, {"mode": "NONE"}),
        ({"type": "tool", "name": "A"}, {"mode": "ANY", "allowedFunctionNames": ["A"]}),
        ({"type": "tool", "name": "B"}, None),
        (None, None),
    ],
)
def test_the_choice_among_tools(choice: object, config: object) -> None:
    payload = encoded({"tools": [{"name": "A", "input_schema": {}}], "tool_choice": choice})
    assert payload.get("toolConfig", {}).get("functionCallingConfig") == config
    assert "toolConfig" not in encoded({"tool_choice": choice})
