"""Estimates: by counting, and from what was learned."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr.anthropic.request import Body
from ccr.anthropic.tokens import TokenCounter, digest
from tests.anthropic.tokens.requests import MODEL, ODD, bodies

ASKED = [{"role": "user", "content": "What is in the file? " * 20}]
CALL = {"type": "tool_use", "id": "t", "name": "Read", "input": {"file_path": "/a"}}
GOT = {"type": "tool_result", "tool_use_id": "t", "content": "It says hello. " * 30}
TURN = [{"role": "assistant", "content": [CALL]}, {"role": "user", "content": [GOT]}]
TOOLS = [{"name": "Read", "description": "Reads a file", "input_schema": {"type": "object"}}]
KEEP_ALL = {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]}


def body(messages: list[Any], **more: Any) -> Body:
    return cast("Body", {"messages": messages, **more})


def thought(words: str) -> dict[str, Any]:
    return {"type": "thinking", "thinking": words, "signature": "EqQB"}


@settings(max_examples=100, deadline=None)
@given(st.lists(bodies(), max_size=4))
def test_memory_changes_no_estimate(asked: list[Body]) -> None:
    remembers = TokenCounter()
    for each in asked + asked:
        assert remembers.whole(each, MODEL) == TokenCounter().whole(each, MODEL)
        assert remembers.estimate(each, MODEL) == remembers.whole(each, MODEL)


@settings(max_examples=200, deadline=None)
@given(ODD, st.sampled_from([MODEL, "claude-opus-5", "gpt-5.4"]), st.dictionaries(st.text(), st.integers()))
def test_no_request_and_no_usage_is_too_odd(asked: Body, model: str, usage: dict[str, Any]) -> None:
    counter = TokenCounter()
    assert counter.estimate(asked, model) >= 0
    counter.learn(asked, model, usage)
    counter.learn(asked, model, {**usage, "input_tokens": 5, "server_tool_use": 3, "iterations": {}})
    assert counter.estimate(asked, model) >= 0


def test_a_digest_and_its_body_are_the_same_request() -> None:
    counter, asked = TokenCounter(), body(ASKED + TURN, tools=TOOLS)
    assert counter.estimate(digest(asked), MODEL) == counter.estimate(asked, MODEL)


def test_a_known_conversation_is_its_true_count_and_what_is_new() -> None:
    counter = TokenCounter()
    first, second = body(ASKED, tools=TOOLS), body(ASKED + TURN, tools=TOOLS)
    counter.learn(
        first, MODEL, {"input_tokens": 3, "cache_creation_input_tokens": 7_000, "cache_read_input_tokens": 97}
    )
    new = counter.whole(second, MODEL) - counter.whole(first, MODEL)
    assert counter.knows(second, MODEL)
    assert counter.estimate(first, MODEL) == 7_100
    assert counter.estimate(second, MODEL) == pytest.approx(7_100 + new, abs=1)


def test_the_longest_known_beginning_counts() -> None:
    counter = TokenCounter()
    counter.learn(body(ASKED), MODEL, {"input_tokens": 100})
    counter.learn(body(ASKED + TURN), MODEL, {"input_tokens": 900})
    assert counter.estimate(
        body(ASKED + TURN + [{"role": "assistant", "content": ""}]), MODEL
    ) == pytest.approx(904, abs=1)


def test_the_client_may_rewrite_the_last_message_as_a_string() -> None:
    counter = TokenCounter()
    marked = {"type": "text", "text": ASKED[0]["content"], "cache_control": {"type": "ephemeral"}}
    counter.learn(body([{"role": "user", "content": [marked]}]), MODEL, {"input_tokens": 4_321})
    assert counter.estimate(body(ASKED), MODEL) == 4_321


def test_what_one_provider_reported_is_not_used_for_another() -> None:
    counter = TokenCounter()
    counter.learn(body(ASKED), MODEL, {"input_tokens": 4_321}, "one")
    assert counter.knows(body(ASKED), MODEL, "one")
    assert not counter.knows(body(ASKED), MODEL, "two")
    assert not counter.knows(body(ASKED), "claude-opus-5", "one")


@pytest.mark.parametrize(
    "usage",
    [
        {},
        {"input_tokens": None},
        {"input_tokens": 9, "server_tool_use": {"web_search_requests": 1}},
        {"input_tokens": 9, "iterations": [{}, {}]},
    ],
)
def test_usage_of_more_than_the_request_is_not_learned(usage: dict[str, Any]) -> None:
    counter = TokenCounter()
    counter.learn(body(ASKED), MODEL, usage)
    assert not counter.knows(body(ASKED), MODEL)


def test_usage_of_far_less_than_the_request_is_not_learned() -> None:
    """Else a long conversation at a provider that counts badly would be taken for a short one."""
    counter, first = TokenCounter(), body(ASKED)
    second = body([*ASKED, {"role": "user", "content": "Read this. " * 5_000}])
    before = counter.estimate(second, MODEL)
    counter.learn(first, MODEL, {"input_tokens": 100})
    for told in (12, 100):
        counter.learn(second, MODEL, {"input_tokens": told})
        assert counter.estimate(second, MODEL) == pytest.approx(before, rel=0.02)


def test_thinking_counts_while_its_tool_loop_lasts() -> None:
    words = "Let me think about that at length. " * 20
    loop = [
        *ASKED,
        {"role": "assistant", "content": [thought(words), CALL]},
        {"role": "user", "content": [GOT]},
    ]
    bare = [*ASKED, {"role": "assistant", "content": [CALL]}, {"role": "user", "content": [GOT]}]
    after = [{"role": "assistant", "content": "Done."}, {"role": "user", "content": "Thanks"}]
    counter = TokenCounter()
    assert counter.whole(body(loop), MODEL) > counter.whole(body(bare), MODEL) + 100
    assert counter.whole(body(loop + after), MODEL) == counter.whole(body(bare + after), MODEL)
    kept = counter.whole(body(loop + after, context_management=KEEP_ALL), MODEL)
    assert kept > counter.whole(body(bare + after, context_management=KEEP_ALL), MODEL) + 100


def test_an_anchor_lets_go_of_thinking_that_no_longer_counts() -> None:
    loop = [
        *ASKED,
        {"role": "assistant", "content": [thought("Hm. " * 200), CALL]},
        {"role": "user", "content": [GOT]},
    ]
    after = [{"role": "assistant", "content": "Done."}, {"role": "user", "content": "Thanks"}]
    counter = TokenCounter()
    counter.learn(body(loop), MODEL, {"input_tokens": counter.whole(body(loop), MODEL)})
    assert counter.estimate(body(loop + after), MODEL) == pytest.approx(
        counter.whole(body(loop + after), MODEL), abs=1
    )


def test_a_count_that_was_off_corrects_the_next_with_the_same_tools() -> None:
    counter = TokenCounter()
    first = body([{"role": "user", "content": "words and more words " * 500}], tools=TOOLS)
    other = body([{"role": "user", "content": "other words again " * 500}], tools=TOOLS)
    plain = counter.whole(other, "glm-5")
    counter.learn(first, "glm-5", {"input_tokens": round(counter.estimate(first, "glm-5") * 1.2)})
    assert counter.estimate(other, "glm-5") == pytest.approx(plain * 1.2, rel=0.01)
    assert counter.whole(other, "glm-5") == plain


@pytest.mark.parametrize(
    ("more", "least", "most"),
    [
        ({"tools": TOOLS}, 498, 560),
        ({"tools": TOOLS, "tool_choice": {"type": "any"}}, 592, 660),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, 2_100, 2_300),
        ({"tools": [{**TOOLS[0], "defer_loading": True}]}, 0, 0),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, 29, 29),
        ({"thinking": {"type": "disabled"}}, 0, 0),
        ({"system": "x-anthropic-billing-header: cc_version=2;"}, 0, 0),
        ({"output_config": {"format": {"type": "json_schema", "schema": {}}}}, 130, 160),
    ],
)
def test_what_options_add(more: dict[str, Any], least: int, most: int) -> None:
    counter = TokenCounter()
    added = counter.whole(body(ASKED, **more), MODEL) - counter.whole(body(ASKED), MODEL)
    assert least <= added <= most


def test_newer_models_count_more_and_others_count_as_o200k() -> None:
    counter, asked = TokenCounter(), body([{"role": "user", "content": "plain words " * 1000}])
    counts = [counter.whole(asked, model) for model in ("gpt-5.4", "claude-sonnet-4-5", "claude-opus-5")]
    assert counts[0] == pytest.approx(counter.count("plain words " * 1000) + 7, abs=1)
    assert counts == sorted(counts)
    assert counts[2] == pytest.approx(counts[0] * 1.39, rel=0.01)
