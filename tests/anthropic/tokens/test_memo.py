"""A memo forgets, but not what is in use."""

from __future__ import annotations

from ccr.anthropic.tokens.memo import Memo


def test_a_memo_never_holds_more_than_twice_its_size() -> None:
    memo: Memo[int] = Memo(10)
    for number in range(1000):
        memo.put(number, number)
        assert len(memo) <= 20


def test_what_is_asked_for_stays_and_the_rest_goes() -> None:
    memo: Memo[int] = Memo(10)
    memo.put("used", 1)
    for number in range(100):
        memo.put(number, number)
        assert memo.get("used") == 1
    assert memo.get(0) is None
