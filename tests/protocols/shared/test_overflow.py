"""Overflows, in the words at which every client compacts."""

# ruff: noqa: E501 - sentences of providers are tested as they are sent

from __future__ import annotations

from typing import Any

import pytest

from ccr.protocols.shared.overflow import is_overflow, wording

BODY: Any = {"messages": [{"role": "user", "content": "x" * 4000}]}


@pytest.mark.parametrize(
    ("said", "asked", "limit"),
    [
        ("This model's maximum context length is 128000 tokens. However, your messages resulted in 130001 tokens.", 130001, 128000),
        ("This endpoint's maximum context length is 200000 tokens. However, you requested about 2500021 tokens (2500021 of text input).", 2500021, 200000),
        ("This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8500 in the messages, 500 in the completion).", 9000, 8192),
        ("The input token count (1250008) exceeds the maximum number of tokens allowed (1048576).", 1250008, 1048576),
        ("This model's maximum prompt length is 131072 but the request contains 537812 tokens.", 537812, 131072),
        ("Prompt contains 65673 tokens and 0 draft tokens, too large for model with 32768 maximum context length", 65673, 32768),
        ("request (9001 tokens) exceeds the available context size (8192 tokens), try increasing it", 9001, 8192),
        ("Please reduce the length of the messages or completion. Current length is 12000 while limit is 8192", 12000, 8192),
        ("Your request exceeded model token limit: 262144 (requested: 400,000)", 400000, 262144),
        ("Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 280000 tokens.", 280000, 272000),
        ("prompt is too long: 210,000 tokens > 200,000 maximum", 210000, 200000),
    ],
)  # fmt: skip
def test_figures_are_the_provider_s(said: str, asked: int, limit: int) -> None:
    assert is_overflow(said)
    assert wording(said, BODY) == f"prompt is too long: {asked} tokens > {limit} maximum ({said})"


def test_what_is_in_these_words_already_stays() -> None:
    said = "prompt is too long: 9000 tokens > 8000 maximum"
    assert wording(said, BODY) == said


def test_figures_that_are_missing_are_known_or_estimated() -> None:
    said = "Your input exceeds the context window of this model."
    assert is_overflow(said)
    assert wording(said, BODY, 500) == f"prompt is too long: 1010 tokens > 500 maximum ({said})"
    assert wording(said, BODY, 128000) == f"prompt is too long: 128001 tokens > 128000 maximum ({said})"
    assert wording(said, BODY) == f"prompt is too long: {said}"


@pytest.mark.parametrize(
    ("said", "code", "too_long"),
    [
        ("Input is too long for requested model.", None, True),
        ("Please reduce the length of the messages or completion.", "context_length_exceeded", True),
        ("anything", "context_length_exceeded", True),
        (
            "max_tokens is too large: 128000. This model supports at most 32768 completion tokens.",
            None,
            False,
        ),
        ("Rate limit reached for tokens per min", "rate_limit_exceeded", False),
        ("The model `x` does not exist", "model_not_found", False),
        (
            "Invalid 'messages[3]'. Content blocks are expected to be either text or image_url type.",
            None,
            False,
        ),
    ],
)
def test_what_is_an_overflow_and_what_is_not(said: str, code: str | None, too_long: bool) -> None:
    assert is_overflow(said, code) is too_long
