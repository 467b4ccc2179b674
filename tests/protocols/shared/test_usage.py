"""Counts in Anthropic's convention."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccr.protocols.shared.usage import count, usage

COUNT = st.integers(0, 1000)


@given(COUNT, COUNT, COUNT, COUNT)
def test_the_parts_of_a_prompt_make_the_whole(prompt: int, output: int, cached: int, written: int) -> None:
    told = usage(prompt, output, cached, written)
    assert all(figure >= 0 for figure in told.values())
    parts = told["input_tokens"] + told["cache_read_input_tokens"] + told["cache_creation_input_tokens"]
    assert parts == (prompt if cached <= prompt else prompt + cached)
    assert told["output_tokens"] == output


def test_odd_counts_are_none() -> None:
    odd: tuple[object, ...] = (None, "5", -1, True, [], 3.7, 4)
    assert [count(one) for one in odd] == [0, 0, 0, 0, 0, 3, 4]
