"""The packaged ranks are those of o200k_base, or nothing is counted."""

from __future__ import annotations

import gzip
import subprocess
import sys

import pytest

from ccr.anthropic.tokens.engine import ENGINE, ranks


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("hello world", [24912, 2375]), ("<|endoftext|>", [27, 91, 419, 1440, 919, 91, 29]), ("", [])],
)
def test_tokens_are_those_of_o200k_base(text: str, tokens: list[int]) -> None:
    assert ENGINE.encode_ordinary(text) == tokens


def test_damaged_ranks_are_refused_with_the_cure() -> None:
    with pytest.raises(ValueError, match="install ccrouter again"):
        ranks(gzip.compress(b"IQ== 0\nIg== 2\n"))


def test_it_is_loaded_by_the_first_count_and_not_before() -> None:
    code = """if True:
        import sys
        from ccr.anthropic.tokens import TokenCounter, bounds, digest
        counter, body = TokenCounter(), {"messages": [{"role": "user", "content": "hello"}]}
        bounds(body), digest(body), counter.knows(body, "m"), counter.learn(body, "m", {"input_tokens": 9})
        assert counter.estimate(body, "m") == 9
        assert "tiktoken" not in sys.modules
        counter.estimate(body, "other")
        assert "tiktoken" in sys.modules"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=50)
