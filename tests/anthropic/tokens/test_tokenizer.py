"""Counting text: the same with and without memory, whatever the text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr.anthropic.tokens.engine import ENGINE
from ccr.anthropic.tokens.tokenizer import PIECE, Tokenizer, pieces

LINE = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)
LONG = st.lists(LINE, min_size=1, max_size=8).map(lambda lines: "\n".join(lines) * 60)


@settings(max_examples=60, deadline=None)
@given(st.lists(LONG, max_size=6))
def test_memory_changes_no_count(texts: list[str]) -> None:
    remembers = Tokenizer(remember=4)
    for text in texts + texts:
        assert remembers.look(text) == Tokenizer().look(text)


@given(st.text(alphabet="ab \n中", min_size=0, max_size=60).map(lambda text: text * 1500))
@settings(max_examples=40, deadline=None)
def test_pieces_are_the_text_and_none_is_too_long(text: str) -> None:
    cut = list(pieces(text))
    assert "".join(cut) == text
    assert all(len(piece) <= PIECE for piece in cut)


def test_a_text_that_grew_keeps_its_pieces() -> None:
    text = "".join(f"line {number} of a file\n" for number in range(4000))
    before, after = list(pieces(text)), list(pieces(text + "one more line\n"))
    assert len(before) > 3
    assert after[:-1] == before[:-1]


@pytest.mark.parametrize("unit", [" ", "\n", "a", "=", "A", "\u0301", "中", "😀", "\x00", "'s", "a "])
def test_a_megabyte_of_one_thing_is_counted(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    count = Tokenizer().look(text)
    assert 0 < count.tokens <= count.size == len(text.encode())
    assert Tokenizer().count(text + "x") > 0


def test_what_looks_like_a_special_token_or_half_a_character_is_text() -> None:
    assert Tokenizer().count("<|endoftext|>") > 1
    assert Tokenizer().count("half \ud83d of one") > 3


def test_cutting_hardly_changes_the_count_of_prose() -> None:
    text = "".join(
        f"In line {number} the router counts, and it is quick about it.\n" for number in range(3000)
    )
    whole = len(ENGINE.encode_ordinary(text))
    assert Tokenizer().count(text) == pytest.approx(whole, rel=0.001)


def test_tokens_outside_ascii_are_told_apart() -> None:
    count = Tokenizer().look("plain text and 中文")
    assert 0 < count.wide < count.tokens
    assert Tokenizer().look("plain text").wide == 0


def test_threads_may_share_a_tokenizer() -> None:
    tokenizer = Tokenizer(remember=8)
    texts = [f"text {number % 20} " * 50 for number in range(400)]
    with ThreadPoolExecutor(4) as pool:
        counted = list(pool.map(tokenizer.count, texts))
    assert counted == [Tokenizer().count(text) for text in texts[:20]] * 20
