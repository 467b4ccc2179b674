"""A model's name tells how it counts, wherever it is served."""

from __future__ import annotations

import pytest

from ccr.anthropic.tokens.families import family_of

NAMES = {
    "claude-3": [
        "claude-3-haiku-20240307",
        "claude-3-5-haiku-latest",
        "claude-3-opus-20240229",
        "claude-2.1",
    ],
    "claude-4": [
        "claude-3-5-sonnet-20241022",
        "claude-3-7-sonnet-latest",
        "claude-sonnet-4-20250514",
        "claude-sonnet-4-0",
        "claude-opus-4-1-20250805",
    ],
    "claude-4.5": [
        "claude-sonnet-4-5",
        "claude-haiku-4-5-20251001",
        "anthropic/claude-opus-4.6",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "claude-haiku-4-5@20251001",
        "openrouter,anthropic/Claude-Sonnet-4.5:online",
    ],
    "claude-5": ["claude-opus-4-7", "claude-sonnet-5", "claude-fable-5", "claude-opus-5[1m]", "claude-next"],
    "other": ["gpt-5.4", "qwen3-coder", "gemini-3-pro", ""],
}


@pytest.mark.parametrize(("family", "model"), [(family, name) for family in NAMES for name in NAMES[family]])
def test_a_name_belongs_to_its_family(family: str, model: str) -> None:
    assert family_of(model).name == family
