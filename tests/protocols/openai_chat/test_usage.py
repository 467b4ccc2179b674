"""Usage in each vendor's spelling."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.protocols.openai_chat.usage import usage_of


@pytest.mark.parametrize(
    ("told", "fresh", "read", "written", "output"),
    [
        ({"prompt_tokens": 50, "completion_tokens": 20}, 50, 0, 0, 20),
        ({"prompt_tokens": 50, "prompt_tokens_details": {"cached_tokens": 8}}, 42, 8, 0, 0),
        ({"prompt_tokens": 50, "prompt_cache_hit_tokens": 8}, 42, 8, 0, 0),
        ({"prompt_tokens": 50, "cached_tokens": 8}, 42, 8, 0, 0),
        ({"prompt_tokens": 50, "num_cached_tokens": 8}, 42, 8, 0, 0),
        (
            {"prompt_tokens": 50, "prompt_tokens_details": {"cached_tokens": 8, "cache_write_tokens": 2}},
            40,
            8,
            2,
            0,
        ),
        ({"prompt_tokens": 50, "cache_creation_input_tokens": 2}, 48, 0, 2, 0),
        ({"prompt_tokens": 5, "prompt_tokens_details": {"cached_tokens": 8}}, 5, 8, 0, 0),
        (
            {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 8, "cache_write_tokens": 8}},
            1,
            8,
            0,
            0,
        ),
        (
            {"prompt_tokens": 50, "prompt_tokens_details": None, "completion_tokens_details": None},
            50,
            0,
            0,
            0,
        ),
        ({"prompt_tokens": None, "completion_tokens": "20"}, 0, 0, 0, 0),
        (None, 0, 0, 0, 0),
        ("many", 0, 0, 0, 0),
    ],
)
def test_spellings(told: Any, fresh: int, read: int, written: int, output: int) -> None:
    counts = usage_of(told)
    assert counts["input_tokens"] == fresh
    assert counts.get("cache_read_input_tokens", 0) == read
    assert counts.get("cache_creation_input_tokens", 0) == written
    assert counts["output_tokens"] == output


def test_reasoning_is_added_only_where_the_total_shows_that_it_was_counted_beside() -> None:
    told = {
        "prompt_tokens": 307,
        "completion_tokens": 26,
        "completion_tokens_details": {"reasoning_tokens": 227},
    }
    assert usage_of({**told, "total_tokens": 560})["output_tokens"] == 253
    assert usage_of({**told, "total_tokens": 333})["output_tokens"] == 26
    assert usage_of(told)["output_tokens"] == 26
