"""``sampling``: the user's values, in the words of each protocol."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from ccr.transformers.sampling import Sampling
from tests.transformers.streams import at

ALL: dict[str, Any] = {"temperature": 0.5, "top_p": 0.9, "top_k": 40, "repetition_penalty": 1.1}


@pytest.mark.parametrize(
    ("protocol", "payload", "sent"),
    [
        ("openai_chat", {"temperature": 1}, ALL),
        ("anthropic", {}, {"temperature": 0.5, "top_p": 0.9, "top_k": 40}),
        ("openai_responses", {}, {"temperature": 0.5, "top_p": 0.9}),
        (
            "gemini",
            {"generationConfig": {"temperature": 1, "maxOutputTokens": 9}},
            {"generationConfig": {"temperature": 0.5, "topP": 0.9, "topK": 40, "maxOutputTokens": 9}},
        ),
        (
            "bedrock",
            {},
            {
                "inferenceConfig": {"temperature": 0.5, "topP": 0.9},
                "additionalModelRequestFields": {"top_k": 40},
            },
        ),
        (
            "ollama",
            {"options": {"num_ctx": 9}},
            {"options": {"num_ctx": 9, "temperature": 0.5, "top_p": 0.9, "top_k": 40, "repeat_penalty": 1.1}},
        ),
        ("cohere", {}, {"temperature": 0.5, "p": 0.9, "k": 40}),
    ],
)
def test_each_parameter_stands_where_the_protocol_has_it(
    protocol: str, payload: dict[str, Any], sent: dict[str, Any]
) -> None:
    before = deepcopy(payload)
    assert at(Sampling(**ALL), protocol).payload(payload) == sent
    assert payload == before


def test_what_is_not_given_is_not_sent() -> None:
    assert at(Sampling(temperature=0)).payload({"model": "m"}) == {"model": "m", "temperature": 0}


def test_max_tokens_is_a_ceiling() -> None:
    assert Sampling(max_tokens=100).request({"max_tokens": 9000}) == {"max_tokens": 100}
    assert Sampling(max_tokens=100).request({"max_tokens": 9}) == {"max_tokens": 9}
    assert Sampling(top_k=1).request({"max_tokens": 9000}) == {"max_tokens": 9000}
