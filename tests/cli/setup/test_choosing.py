"""Models and routes that are proposed."""

from __future__ import annotations

import pytest

from ccr.cli.setup import choosing

MANY = [
    "openai/gpt-4o",
    "anthropic/claude-3-haiku",
    "anthropic/claude-sonnet-4",
    "anthropic/claude-sonnet-4.5",
    "anthropic/claude-haiku-4.5",
    "google/gemini-2.5-pro",
    "openai/text-embedding-3",
]


@pytest.mark.parametrize(
    ("models", "wanted"),
    [
        (MANY, ["anthropic/claude-sonnet-4.5", "anthropic/claude-3-haiku"]),
        (["gpt-5-mini", "gpt-5", "gpt-5.1", "whisper-1"], ["gpt-5.1", "gpt-5-mini"]),
        (["deepseek-chat", "deepseek-reasoner"], ["deepseek-chat", "deepseek-reasoner"]),
        (["llama3:8b"], ["llama3:8b"]),
        (["nomic-embed-text"], []),
        ([], []),
    ],
)
def test_a_few_models_are_proposed(models: list[str], wanted: list[str]) -> None:
    assert choosing.proposed(models) == wanted


def test_routes_are_over_what_was_chosen() -> None:
    assert choosing.routes(["a,big", "a,flash", "b,deepseek-reasoner"]) == {
        "default": "a,big",
        "background": "a,flash",
        "think": "b,deepseek-reasoner",
    }
    assert choosing.routes(["a,flash"]) == {"default": "a,flash"}
    assert choosing.routes([]) == {}
