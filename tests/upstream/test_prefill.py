"""Going on with a text: what is asked, and that no character comes twice or is lost where the texts join."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.config.dialect import Dialect
from ccr.config.provider import Provider
from ccr.exchange import Target
from ccr.upstream.prefill import Seam, allows_prefill, prefilled

WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=8), min_size=4, max_size=30)
GAPS = st.sampled_from([" ", "\n", "\n\n", "\n    "])


def joined(said: str, pieces: list[str]) -> str:
    seam = Seam(said)
    return "".join([*(seam.feed(piece) for piece in pieces), seam.end()])


def cut(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


@given(WORDS, GAPS, st.integers(1, 3), st.integers(1, 40), st.sampled_from(["as it is", "stripped", "again"]))
def test_the_joined_text_is_the_whole_one(words: list[str], gap: str, at: int, size: int, way: str) -> None:
    """Cut between words, however the target begins: with the white space, without it, or saying it again."""
    head, tail = gap.join(words[:at]), gap.join(words[at:])
    begun = {"as it is": gap + tail, "stripped": tail, "again": head + gap + tail}[way]
    if len(head) < 24 if way == "again" else begun.strip().startswith(head):
        return
    assert head + gap + joined(head + gap, cut(begun, size)) == head + gap + tail


def test_the_end_of_a_long_text_said_again_is_left_out() -> None:
    said = "The quick brown fox jumps over the lazy dog and "
    assert joined(said, cut("jumps over the lazy dog and runs away.", 5)) == "runs away."
    assert joined(said, [said + "runs away."]) == "runs away."


def test_a_few_words_said_again_are_style() -> None:
    assert joined("It is very ", ["very ", "good"]) == "very good"


def test_lines_that_the_text_itself_repeats_may_come_once_more() -> None:
    line = "                    </div>\n"
    assert joined("<div>\n" + line + line, cut(line + "</body>", 7)).strip() == (line + "</body>").strip()


def test_a_text_in_the_middle_of_a_word_goes_on_there() -> None:
    assert joined("Hel", ["lo", " you"]) == "lo you"


def test_nothing_more_is_nothing() -> None:
    assert joined("All said.", []) == ""
    assert joined("All said. ", [" "]) == ""


BODY: dict[str, Any] = {
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Hi"}],
    "thinking": {"type": "adaptive"},
}


def test_the_request_ends_with_the_text_and_thinks_nothing() -> None:
    body = prefilled(BODY, "x" * 40 + " \n")  # type: ignore[arg-type]
    assert body["messages"][1:] == [{"role": "assistant", "content": [{"type": "text", "text": "x" * 40}]}]
    assert body["max_tokens"] == 90
    assert "thinking" not in body
    assert (len(BODY["messages"]), BODY["max_tokens"]) == (1, 100)


def test_a_text_that_the_client_began_is_gone_on_with() -> None:
    began = {**BODY, "messages": [*BODY["messages"], {"role": "assistant", "content": "One "}]}
    last = prefilled(began, "two")["messages"][-1]  # type: ignore[arg-type]
    assert [block["text"] for block in last["content"]] == ["One ", "two"]


@pytest.mark.parametrize(
    ("dialect", "known"), [(Dialect(), False), (Dialect(prefill=True), True), (Dialect(prefix=True), True)]
)
def test_a_target_must_be_known_to_go_on(dialect: Dialect, known: bool) -> None:
    provider = Provider("p", "anthropic", "http://localhost", dialect=dialect)
    assert allows_prefill(Target(provider, "m")) is known
