"""Anthropic's words of a call, counted."""

from __future__ import annotations

from dataclasses import replace

from ccr.telemetry.usage import Portion, Tokens, billed, portions, silent, told_cost, total
from tests.telemetry.accounts import a_try


def test_the_prompt_is_all_of_it_cached_or_not() -> None:
    tokens = Tokens(input=1, output=100, cache_read=2, cache_write_5m=3, cache_write_1h=4)
    assert tokens.prompt == 10


def test_writes_are_told_apart_by_how_long_they_last() -> None:
    usage = {
        "input_tokens": 3,
        "output_tokens": 5,
        "cache_creation_input_tokens": 30,
        "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
    }
    assert portions(usage) == [Portion("", Tokens(3, 5, 0, 10, 20))]


def test_rounds_are_what_is_billed_and_an_advisor_is_another_model() -> None:
    usage = {
        "input_tokens": 20,
        "output_tokens": 5,
        "output_tokens_details": {"thinking_tokens": 4},
        "iterations": [
            {"type": "compaction", "input_tokens": 1000, "output_tokens": 50},
            {"type": "advisor_message", "model": "claude-fable-5", "input_tokens": 7, "output_tokens": 1},
            {"type": "message", "input_tokens": 20, "output_tokens": 5},
        ],
    }
    found = portions(usage)
    assert [(part.model, part.tokens.prompt) for part in found] == [
        ("", 1000),
        ("claude-fable-5", 7),
        ("", 20),
    ]
    assert total(found) == Tokens(1027, 56, reasoning=4)


def test_nothing_said_is_nothing_known() -> None:
    assert portions({}) == []
    assert total([]) is None


def test_what_is_no_count_is_none() -> None:
    odd = {"input_tokens": None, "output_tokens": "12", "cache_read_input_tokens": -3, "cache_creation": 5}
    assert portions(odd) == [Portion("", Tokens())]


def test_reasoning_is_summed_where_any_call_tells_it_apart() -> None:
    assert Tokens(1, 2).plus(Tokens(1, 2)).reasoning is None
    assert Tokens(1, 2, reasoning=2).plus(Tokens(1, 2)).reasoning == 2


def test_what_is_paid_may_be_less_than_what_was_taken() -> None:
    usage = {"input_tokens": 100, "output_tokens": 10, "billed": {"input_tokens": 8, "output_tokens": 9}}
    assert total(portions(usage)) == Tokens(100, 10)
    assert total(billed(usage)) == Tokens(8, 9)
    assert billed({"input_tokens": 100}) == []


def test_only_what_a_decoder_made_sure_of_is_a_charge() -> None:
    assert told_cost({"charged": 0.5}) == 0.5
    assert told_cost({"cost": 0.5}) is None


def test_an_answer_without_usage_is_unknown_a_refusal_took_nothing() -> None:
    assert silent(a_try(usage={}))
    assert not silent(a_try())
    assert silent(broken := a_try(usage={}, status=502, error="Broken")), "it broke off midway"
    assert not silent(replace(broken, content=0.0)), "it failed before it said anything"
    assert not silent(a_try(usage={}, status=429, error="Overloaded", received=0))
