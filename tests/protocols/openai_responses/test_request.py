"""Requests in the words of Responses."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic import thinking
from ccr.config.dialect import Dialect
from ccr.errors import BadRequest
from ccr.exchange import Call
from ccr.protocols.openai_responses import PROTOCOL
from tests.protocols.openai_responses.support import a_call, encoded, golden

STATES: dict[str, dict[str, Any]] = {
    "STATE:encrypted": {"type": "reasoning", "encrypted_content": "gAAAA-1", "in": "summary"},
    "STATE:only": {"type": "reasoning", "encrypted_content": "gAAAA-2", "in": "summary"},
    "STATE:clear": {"type": "reasoning", "id": "rs_1", "in": "content"},
}
"""What signatures in golden requests stand for."""


def with_states(body: dict[str, Any]) -> dict[str, Any]:
    """A golden request with real signatures of this provider in the place of their names."""
    text = json.dumps(body)
    for name, state in STATES.items():
        text = text.replace(name, thinking.sign(a_call().target.issuer, state))
    found: dict[str, Any] = json.loads(text)
    return found


def call_of(about: dict[str, Any], body: dict[str, Any]) -> Call:
    dialect = Dialect(web_search=about.get("web_search"))
    return a_call(body, model=about["model"], session=about.get("session"), dialect=dialect)


@pytest.mark.parametrize(("name", "pair"), golden("requests"))
def test_golden_requests(name: str, pair: dict[str, Any]) -> None:
    assert PROTOCOL.encode(call_of(pair["about"], with_states(pair["request"]))) == pair["payload"], name


def test_encoding_leaves_the_request_alone() -> None:
    for _, pair in golden("requests"):
        body = with_states(pair["request"])
        before = copy.deepcopy(body)
        PROTOCOL.encode(call_of(pair["about"], body))
        assert body == before


def test_nothing_to_answer_is_a_bad_request() -> None:
    with pytest.raises(BadRequest, match="at least one message must have content"):
        encoded({"messages": [{"role": "user", "content": []}]})


def test_models_that_do_not_reason_hear_nothing_of_it() -> None:
    payload = encoded({"thinking": {"type": "adaptive"}}, model="gpt-4.1-mini")
    assert "reasoning" not in payload
    assert "include" not in payload


def test_thinking_whose_text_nobody_wants_asks_for_no_summary() -> None:
    payload = encoded({"thinking": {"type": "adaptive", "display": "omitted"}})
    assert payload["reasoning"] == {"effort": "medium"}


@pytest.mark.parametrize(
    ("model", "said"), [("gpt-5.5", {"effort": "none"}), ("gpt-5", None), ("grok-4", None)]
)
def test_thinking_is_switched_off_only_where_a_model_can(model: str, said: object) -> None:
    assert encoded({"thinking": {"type": "disabled"}}, model=model).get("reasoning") == said


@pytest.mark.parametrize(
    ("model", "said", "limit"),
    [
        ("gpt-5.5", {"effort": "none"}, 64),
        ("gpt-5", {"effort": "minimal"}, 4160),
        ("o3", {"effort": "low"}, 4160),
        ("gpt-4.1", None, 64),
    ],
)
def test_a_verdict_of_a_word_is_not_thought_over(model: str, said: object, limit: int) -> None:
    payload = encoded(
        {"thinking": {"type": "disabled"}, "max_tokens": 64, "stop_sequences": ["<"]}, model=model
    )
    assert (payload.get("reasoning"), payload["max_output_tokens"]) == (said, limit)


def test_a_provider_that_takes_no_effort_is_not_told_one() -> None:
    payload = encoded({"thinking": {"type": "adaptive"}}, model="grok-4", dialect=Dialect(reasoning="off"))
    assert "reasoning" not in payload
    assert payload["include"] == ["reasoning.encrypted_content"]


def test_reasoning_models_get_no_sampling() -> None:
    assert not {"temperature", "top_p"} & encoded({"temperature": 0.5, "top_p": 0.9}).keys()


@pytest.mark.parametrize(("asked", "ceiling", "sent"), [(1, None, 16), (500, None, 500), (500, 100, 100)])
def test_the_output_limit_is_within_what_the_provider_takes(
    asked: int, ceiling: int | None, sent: int
) -> None:
    payload = encoded({"max_tokens": asked}, dialect=Dialect(max_output=ceiling))
    assert payload["max_output_tokens"] == sent


def test_a_schema_is_told_in_words_where_none_is_taken() -> None:
    form = {"format": {"type": "json_schema", "schema": {"type": "object", "properties": {"score": {}}}}}
    payload = encoded({"output_config": form, "system": "Be brief."}, dialect=Dialect(json_schema=False))
    assert payload["text"] == {"format": {"type": "json_object"}}
    assert payload["instructions"].startswith("Be brief.\n\n")
    assert '"score"' in payload["instructions"]


def test_long_sessions_have_a_key_of_the_length_that_is_taken() -> None:
    assert encoded(session="s" * 36)["prompt_cache_key"] == "s" * 36
    long = encoded(session="s" * 200)["prompt_cache_key"]
    assert len(long) == 64
    assert long == encoded(session="s" * 200)["prompt_cache_key"]
    assert "prompt_cache_key" not in encoded(session="s", dialect=Dialect(prompt_cache_key=False))


texts = st.text(min_size=1, max_size=12)


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What Claude Code may have said so far: turns with calls, results, reminders, system messages."""
    messages: list[dict[str, Any]] = []
    for n in range(draw(st.integers(1, 5))):
        messages.append({"role": "user", "content": [{"type": "text", "text": draw(texts)}]})
        if draw(st.booleans()):
            messages.append({"role": "system", "content": draw(st.one_of(texts, st.just([])))})
        calls = draw(st.integers(0, 2))
        said: list[dict[str, Any]] = [{"type": "text", "text": draw(texts)}]
        said += [
            {"type": "tool_use", "id": f"t{n}_{c}", "name": "Read", "input": {"n": n}} for c in range(calls)
        ]
        messages.append({"role": "assistant", "content": said})
        results = [
            {"type": "tool_result", "tool_use_id": f"t{n}_{c}", "content": draw(texts)} for c in range(calls)
        ]
        if results:
            messages.append({"role": "user", "content": results[::-1]})
    return messages


def as_strings(message: dict[str, Any]) -> dict[str, Any]:
    """A message as Claude Code sends it once it is no longer the last: one text block becomes a string."""
    content = message["content"]
    single = isinstance(content, list) and len(content) == 1 and content[0]["type"] == "text"
    return {**message, "content": content[0]["text"]} if single else message


@given(conversations())
def test_a_growing_conversation_grows_the_input_at_its_end(messages: list[dict[str, Any]]) -> None:
    whole = encoded({"messages": messages})["input"]
    for end in range(1, len(messages) + 1):
        if messages[end - 1]["role"] == "assistant":
            continue  # a request never ends there
        earlier = encoded({"messages": [*map(as_strings, messages[: end - 1]), messages[end - 1]]})["input"]
        assert json.dumps(whole[: len(earlier)]) == json.dumps(earlier)


@given(conversations())
def test_each_call_has_one_output_after_it(messages: list[dict[str, Any]]) -> None:
    called: list[str] = []
    for item in encoded({"messages": messages})["input"]:
        if item.get("type") == "function_call":
            called.append(item["call_id"])
        elif item.get("type") == "function_call_output":
            called.remove(item["call_id"])
    assert called == []
