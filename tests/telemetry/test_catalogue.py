"""Public lists of prices, understood."""

from __future__ import annotations

import json

import pytest

from ccr.errors import BadRequest
from ccr.telemetry.catalogue import understood


def test_openrouters_list_is_in_dollars_a_token_as_text() -> None:
    listed = {
        "data": [
            {
                "id": "Anthropic/Claude-Sonnet-4.5",
                "pricing": {
                    "prompt": "0.000003",
                    "completion": "0.000015",
                    "input_cache_read": "0.0000003",
                    "input_cache_write": "0.00000375",
                },
            },
            {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}},
            {"id": "no/price"},
        ]
    }
    expected = {"input": 3.0, "output": 15.0, "cache_read": 0.3, "cache_write": 3.75}
    assert understood(json.dumps(listed).encode()) == {
        "openrouter": {"anthropic/claude-sonnet-4.5": expected}
    }


def test_models_devs_list_is_in_dollars_a_million_by_provider() -> None:
    listed = {
        "google": {
            "models": {
                "gemini-2.5-pro": {
                    "cost": {"input": 1.25, "output": 10, "context_over_200k": {"input": 2.5, "output": 15}}
                },
                "free": {},
            }
        }
    }
    found = understood(json.dumps(listed).encode())
    long = {"above": 200_000, "input": 2.5, "output": 15.0}
    assert found == {"gemini": {"gemini-2.5-pro": {"input": 1.25, "output": 10.0, "long": long}}}


def test_litellms_list_is_in_dollars_a_token_with_its_provider_beside() -> None:
    listed = {
        "sample_spec": {"input_cost_per_token": 0.0},
        "xai/grok-4.3": {
            "litellm_provider": "xai",
            "input_cost_per_token": 1.25e-06,
            "output_cost_per_token": 2.5e-06,
            "input_cost_per_token_above_200k_tokens": 2.5e-06,
            "output_cost_per_token_above_200k_tokens": 5e-06,
        },
    }
    found = understood(json.dumps(listed).encode())
    long = {"above": 200_000, "input": 2.5, "output": 5.0}
    assert found == {"xai": {"grok-4.3": {"input": 1.25, "output": 2.5, "long": long}}}


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"data": []}', b'{"a": 1}'])
def test_what_is_no_list_of_prices_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(BadRequest, match="The answer is no"):
        understood(body)
