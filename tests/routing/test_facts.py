"""What is found out about a request, and that no more is counted than is needed."""

from __future__ import annotations

import pytest

from ccr.anthropic.tokens import TokenCounter, digest
from ccr.routing.facts import SPARE, Facts
from tests.routing.support import exchange, facts, text_of_tokens

IMAGE = {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}}
RESULT = {"type": "tool_result", "tool_use_id": "1", "content": [IMAGE]}


@pytest.mark.parametrize(
    ("content", "shown"),
    [([IMAGE], True), ([RESULT], True), ("text", False), ([{"type": "text", "text": "image"}], False)],
)
def test_images_of_the_newest_user_message(content: object, shown: bool) -> None:
    after = [{"role": "assistant", "content": "so"}, {"role": "system", "content": "x"}]
    assert facts(messages=[{"role": "user", "content": content}, *after]).shows_image is shown
    older = [{"role": "user", "content": [IMAGE]}, *after, {"role": "user", "content": content}]
    assert facts(messages=older).shows_image is shown


def test_what_the_user_said_last_may_be_several_messages() -> None:
    file, question = {"role": "user", "content": [IMAGE]}, {"role": "user", "content": "what is it?"}
    note = {"role": "system", "content": "x"}
    assert facts(messages=[file, note, question, note]).shows_image


def test_a_request_without_a_model_or_a_limit_is_asked_in_vain() -> None:
    empty = facts(model=None, max_tokens=None)
    assert (empty.asked, empty.output, empty.agent) == ("", 0, "")
    assert facts(model=["x"]).asked == ""


async def test_what_bytes_tell_is_not_counted() -> None:
    short = facts()
    assert not await short.exceeds(60_000)
    assert not await short.exceeds(len(short.exchange.raw) + SPARE)
    assert (short.counted, short.exchange.digest) == (None, None)
    long = facts(messages=[{"role": "user", "content": text_of_tokens(100_000)}])
    assert await long.exceeds(1_000)
    assert long.counted is None


async def test_what_bytes_leave_open_is_counted_once() -> None:
    asked = facts(messages=[{"role": "user", "content": text_of_tokens(5_000)}])
    assert await asked.exceeds(7_000)
    assert asked.counted is not None
    assert asked.counted == await asked.tokens()
    assert await asked.exceeds(asked.counted - 1)
    assert not await asked.exceeds(asked.counted)


async def test_what_was_truly_counted_holds_at_every_model() -> None:
    counter = TokenCounter()
    first = exchange(messages=[{"role": "user", "content": text_of_tokens(5_000)}])
    counter.learn(digest(first.body), "claude-x", {"input_tokens": 9_777})
    asked = Facts(first, counter)
    assert await asked.tokens() == 9_777
    assert await asked.tokens_at("gpt-5") == 9_777


async def test_an_edited_request_is_found_out_anew() -> None:
    asked = facts(thinking={"type": "adaptive"})
    assert asked.thinks
    before = await asked.tokens()
    asked.exchange.body = exchange(messages=[{"role": "user", "content": text_of_tokens(50)}]).body
    asked.forget()
    assert not asked.thinks
    assert await asked.tokens() > before
