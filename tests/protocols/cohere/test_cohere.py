"""Cohere's chat, both directions: recorded pairs, and the laws of what no recording shows."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic import thinking
from ccr.errors import BadRequest, Broken, KeyRefused
from ccr.exchange import Call
from ccr.protocols.cohere import PROTOCOL
from ccr.protocols.cohere.request import PLAN
from ccr.wire.json import encode
from tests.grammar import check
from tests.protocols.support import (
    PNG,
    a_call,
    conversations,
    cut,
    cut_bytes,
    decode,
    golden,
    message_of,
    payload_of,
    plain,
)

ANSWERS = golden("cohere", "answers")
READ = {"name": "Read", "input_schema": {"type": "object", "properties": {}}}
WRITE = {"name": "Write", "input_schema": {"type": "object", "properties": {}}}


def call_of(body: dict[str, Any] | None = None, model: str = "command-a-03-2025", **about: Any) -> Call:
    return a_call("cohere", body, model=model, **about)


def encoded(body: dict[str, Any], model: str = "command-a-03-2025", **about: Any) -> dict[str, Any]:
    return PROTOCOL.encode(call_of(body, model, **about))


def sse(*events: dict[str, Any]) -> bytes:
    return b"".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in events)


def content(index: int, **piece: Any) -> dict[str, Any]:
    return {"type": "content-delta", "index": index, "delta": {"message": {"content": piece}}}


def call_start(index: int, arguments: Any = "") -> dict[str, Any]:
    function = {"name": "Read", "arguments": arguments}
    call = {"id": f"Read_{index}", "type": "function", "function": function}
    return {"type": "tool-call-start", "index": index, "delta": {"message": {"tool_calls": call}}}


def call_delta(index: int, arguments: str) -> dict[str, Any]:
    message = {"tool_calls": {"function": {"arguments": arguments}}}
    return {"type": "tool-call-delta", "index": index, "delta": {"message": message}}


def end(reason: str = "COMPLETE", **more: Any) -> dict[str, Any]:
    return {"type": "message-end", "delta": {"finish_reason": reason, **more}}


# Answers.


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_golden_answers(name: str, answer: dict[str, Any]) -> None:
    call = call_of(answer["asked"], answer["model"])
    assert message_of(payload_of(answer["answer"]), call) == answer["message"], name


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_golden_answers_byte_by_byte(name: str, answer: dict[str, Any]) -> None:
    call = call_of(answer["asked"], answer["model"])
    events, failed = decode(cut_bytes(payload_of(answer["answer"])), call)
    assert failed is None, name
    assert plain(check(events), call) == answer["message"], name


@given(st.data())
def test_golden_answers_in_random_pieces(data: st.DataObject) -> None:
    _, answer = data.draw(st.sampled_from(ANSWERS))
    call = call_of(answer["asked"], answer["model"])
    events, failed = decode(data.draw(cut(payload_of(answer["answer"]))), call)
    assert failed is None
    assert plain(check(events), call) == answer["message"]


@given(st.data())
def test_a_stream_that_is_cut_before_its_end_is_broken(data: st.DataObject) -> None:
    whole = sse(content(0, text="Some"), content(0, text=" text."))
    _, failed = decode([whole[: data.draw(st.integers(0, len(whole)))]], call_of())
    assert isinstance(failed, Broken)


@pytest.mark.parametrize(
    ("pieces", "given"),
    [
        (["", '{"a":', "1}"], {"a": 1}),
        (['{"a":1}'], {"a": 1}),
        (["null"], {}),
        (["", "nu", "ll"], {}),
        ([""], {}),
        ([" \n", '{"a":1}'], {"a": 1}),
        (["not JSON"], {"__unparsedToolInput": "not JSON"}),
        ([{"a": 1}], {"a": 1}),
    ],
)
def test_arguments_in_every_form(pieces: list[Any], given: dict[str, Any]) -> None:
    events = [call_start(0, pieces[0]), *(call_delta(0, piece) for piece in pieces[1:])]
    message = message_of(sse(*events, {"type": "tool-call-end", "index": 0}, end("TOOL_CALL")), call_of())
    assert message["content"][0]["input"] == given
    assert message["stop_reason"] == "tool_use"


def test_a_plan_and_thinking_are_blocks_of_their_own() -> None:
    plan = {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": "I will read."}}}
    message = message_of(sse(content(0, thinking="Hm."), plan, call_start(0), end("TOOL_CALL")), call_of())
    assert [(b.get("thinking"), b.get("signature")) for b in message["content"]] == [
        ("Hm.", None),
        ("I will read.", PLAN),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("reason", "stop"),
    [
        ("COMPLETE", "end_turn"),
        ("MAX_TOKENS", "max_tokens"),
        ("STOP_SEQUENCE", "stop_sequence"),
        ("ERROR_TOXIC", "refusal"),
        ("SOMETHING_NEW", "end_turn"),
    ],
)
def test_finish_reasons(reason: str, stop: str) -> None:
    assert message_of(sse(content(0, text="Hi."), end(reason)), call_of())["stop_reason"] == stop


@pytest.mark.parametrize("reason", ["ERROR", "ERROR_LIMIT", "TIMEOUT"])
def test_failures_after_the_beginning(reason: str) -> None:
    _, failed = decode([sse(content(0, text="Hi."), end(reason, error="Out of memory."))], call_of())
    assert isinstance(failed, Broken)
    assert reason in failed.message
    assert "Out of memory." in failed.message


@pytest.mark.parametrize(
    "payload",
    [
        b"<html>",
        b'{"message":"No."}',
        b"[]",
        sse({"type": "error", "message": "No."}),
        b"data: {}\n\n",
        b"data: {x\n\n",
    ],
)
def test_what_is_no_answer_is_an_error(payload: bytes) -> None:
    _, failed = decode([payload], call_of())
    assert isinstance(failed, Broken)


def test_an_error_body_is_quoted() -> None:
    error = PROTOCOL.error(call_of(), 401, {}, b'{"id":"x","message":"Incorrect API key provided."}')
    assert isinstance(error, KeyRefused)
    assert error.message == "Incorrect API key provided."


@pytest.mark.parametrize(
    ("usage", "counts"),
    [
        ({"tokens": {"input_tokens": 9, "output_tokens": 3}, "cached_tokens": 4}, (5, 4, 3)),
        ({"tokens": {"input_tokens": 9, "output_tokens": 3}, "cached_tokens": 40}, (0, 9, 3)),
        ({"billed_units": {"input_tokens": 2, "output_tokens": 1}}, (2, 0, 1)),
        ({}, (0, 0, 0)),
    ],
)
def test_usage_counts_what_went_through_the_model(usage: dict[str, Any], counts: tuple[int, ...]) -> None:
    told = message_of(sse(content(0, text="Hi."), end(usage=usage)), call_of())["usage"]
    assert tuple(told[n] for n in ("input_tokens", "cache_read_input_tokens", "output_tokens")) == counts


# Requests.


@pytest.mark.parametrize(("name", "pair"), golden("cohere", "requests"))
def test_golden_requests(name: str, pair: dict[str, Any]) -> None:
    call = call_of(pair["asked"], pair["model"])
    assert PROTOCOL.encode(call) == pair["payload"], name
    assert call.notes == pair["notes"]


@given(conversations())
def test_encoding_leaves_the_request_alone(messages: list[dict[str, Any]]) -> None:
    body = {"messages": messages, "tools": [READ]}
    before = copy.deepcopy(body)
    encoded(body)
    assert body == before


@given(conversations())
def test_calls_are_answered_directly_after_their_message(messages: list[dict[str, Any]]) -> None:
    sent = encoded({"messages": messages})["messages"]
    for place, message in enumerate(sent):
        ids = [call["id"] for call in message.get("tool_calls", ())]
        following = sent[place + 1 : place + 1 + len(ids)]
        assert place == len(sent) - 1 or [m.get("tool_call_id") for m in following] == ids
        assert message["role"] == "tool" or message.get("content") or ids


@given(conversations())
def test_a_growing_conversation_grows_at_its_end(messages: list[dict[str, Any]]) -> None:
    """What was said stays; only the last message of the user may get more."""
    whole = encoded({"messages": messages})["messages"]
    for stop in range(1, len(messages)):
        if messages[stop - 1]["role"] == "assistant":
            continue
        *earlier, last = encoded({"messages": messages[:stop]})["messages"]
        assert whole[: len(earlier)] == earlier
        again = whole[len(earlier)]
        if isinstance(last["content"], str) and isinstance(again["content"], str):
            assert again["content"].startswith(last["content"])


def test_nothing_to_answer_is_a_bad_request() -> None:
    with pytest.raises(BadRequest, match="nothing to answer"):
        encoded({"messages": []})


@pytest.mark.parametrize(
    ("choice", "sent", "names"),
    [
        ({"type": "auto"}, None, ["Read", "Write"]),
        ({"type": "none"}, "NONE", ["Read", "Write"]),
        ({"type": "any"}, "REQUIRED", ["Read", "Write"]),
        ({"type": "tool", "name": "Write"}, "REQUIRED", ["Write"]),
    ],
)
def test_tool_choices(choice: Any, sent: Any, names: list[str]) -> None:
    payload = encoded({"tools": [READ, WRITE], "tool_choice": choice})
    assert payload.get("tool_choice") == sent
    assert [tool["function"]["name"] for tool in payload["tools"]] == names


@pytest.mark.parametrize(
    ("model", "asked", "sent"),
    [
        (
            "command-a-reasoning-08-2025",
            {"type": "enabled", "budget_tokens": 500},
            {"type": "enabled", "token_budget": 500},
        ),
        ("command-a-reasoning-08-2025", {"type": "adaptive"}, {"type": "enabled"}),
        ("command-a-reasoning-08-2025", {"type": "disabled"}, {"type": "disabled"}),
        ("command-a-reasoning-08-2025", None, None),
        ("command-a-03-2025", {"type": "adaptive"}, None),
    ],
)
def test_thinking_is_asked_of_models_that_take_it(model: str, asked: Any, sent: Any) -> None:
    assert encoded({"thinking": asked}, model).get("thinking") == sent


def test_plan_and_thinking_go_back_with_their_calls_to_this_model_alone() -> None:
    def signed(text: str, state: Any) -> dict[str, Any]:
        signature = thinking.sign(call_of().target.issuer, state)
        return {"type": "thinking", "thinking": text, "signature": signature}

    use = {"type": "tool_use", "id": "t", "name": "Read", "input": {}}
    said = [signed("Hm.", None), signed("I read.", PLAN), use]
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "Go"},
        {"role": "assistant", "content": said},
    ]
    sent = encoded({"messages": messages})["messages"][1]
    assert sent["content"] == [{"type": "thinking", "thinking": "Hm."}]
    assert sent["tool_plan"] == "I read."
    foreign = {**said[0], "signature": thinking.sign("another", None)}
    messages[1]["content"] = [foreign, use]
    assert "content" not in encoded({"messages": messages})["messages"][1]


def test_parameters_and_the_form_of_the_answer() -> None:
    schema = {"$schema": "x", "type": "object"}
    asked = {
        "max_tokens": 10,
        "temperature": 0.3,
        "top_p": 0.9,
        "top_k": 5,
        "stop_sequences": list("abcdefg"),
        "output_config": {"format": {"type": "json_schema", "schema": schema}},
    }
    payload = encoded(asked)
    assert {k: payload[k] for k in ("max_tokens", "temperature", "p", "k")} == {
        "max_tokens": 10,
        "temperature": 0.3,
        "p": 0.9,
        "k": 5,
    }
    assert payload["stop_sequences"] == list("abcde")
    assert payload["response_format"] == {"type": "json_object", "json_schema": {"type": "object"}}


def test_images_go_as_urls_unless_the_model_is_blind() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": PNG}
    body = {"messages": [{"role": "user", "content": [{"type": "image", "source": source}]}]}
    (part,) = encoded(body)["messages"][0]["content"]
    assert part["image_url"]["url"] == f"data:image/png;base64,{PNG}"
    assert "does not take images" in encoded(body, dialect={"images": False})["messages"][0]["content"]


@pytest.mark.parametrize("base", ["https://a.example", "https://a.example/v2", "https://a.example/v2/chat"])
def test_addresses(base: str) -> None:
    assert PROTOCOL.endpoint(a_call("cohere", base=base)) == "https://a.example/v2/chat"
    assert PROTOCOL.headers(call_of())["authorization"] == "Bearer sk-example"
    assert encode(encoded({"stream": True})).count(b'"stream":true') == 1
