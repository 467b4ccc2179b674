"""Ollama's own chat, both directions: recorded pairs, and the laws of what no recording shows."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic import thinking
from ccr.errors import BadRequest, Broken, Rejected
from ccr.exchange import Call
from ccr.protocols.ollama import PROTOCOL
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

ANSWERS = golden("ollama", "answers")
READ = {"name": "Read", "input_schema": {"type": "object", "properties": {}}}


def call_of(body: dict[str, Any] | None = None, model: str = "qwen3:8b", **about: Any) -> Call:
    return a_call("ollama", body, model=model, **about)


def encoded(body: dict[str, Any], model: str = "qwen3:8b", **about: Any) -> dict[str, Any]:
    return PROTOCOL.encode(call_of(body, model, **about))


def lines(*chunks: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(chunk, ensure_ascii=False).encode() + b"\n" for chunk in chunks)


def said(content: str = "", **more: Any) -> dict[str, Any]:
    return {"model": "m", "message": {"role": "assistant", "content": content, **more}, "done": False}


def done(reason: str | None = "stop", **more: Any) -> dict[str, Any]:
    return {
        "model": "m",
        "message": {"role": "assistant", "content": ""},
        "done": True,
        "done_reason": reason,
        **more,
    }


def used(name: str = "Read", arguments: Any = None, **more: Any) -> dict[str, Any]:
    return {"function": {"name": name, "arguments": arguments}, **more}


STREAM = lines(
    said(thinking="Let me"),
    said(thinking=" count: ünï"),
    said("1"),
    said("\n2 ✓"),
    said(tool_calls=[used(arguments={"a": 1}, id="call_1"), used(arguments={"b": "x"})]),
    done(prompt_eval_count=21, eval_count=9),
)


# Answers.


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_golden_answers(name: str, answer: dict[str, Any]) -> None:
    call = call_of(answer["asked"], answer["model"])
    assert message_of(payload_of(answer["answer"]), call) == answer["message"], name


@given(st.data())
def test_golden_answers_in_random_pieces(data: st.DataObject) -> None:
    _, answer = data.draw(st.sampled_from(ANSWERS))
    call = call_of(answer["asked"], answer["model"])
    events, failed = decode(data.draw(cut(payload_of(answer["answer"]))), call)
    assert failed is None
    assert plain(check(events), call) == answer["message"]


def verify(pieces: list[bytes]) -> None:
    call = call_of({"stream": True})
    events, failed = decode(pieces, call)
    assert failed is None
    message = plain(check(events), call)
    assert message["content"][:2] == [
        {"type": "thinking", "thinking": "Let me count: ünï", "signature": None},
        {"type": "text", "text": "1\n2 ✓"},
    ]
    assert [block["input"] for block in message["content"][2:]] == [{"a": 1}, {"b": "x"}]
    assert message["stop_reason"] == "tool_use"
    assert (message["usage"]["input_tokens"], message["usage"]["output_tokens"]) == (21, 9)


def test_a_stream_byte_by_byte() -> None:
    verify(cut_bytes(STREAM))


@given(st.data())
def test_a_stream_in_random_pieces(data: st.DataObject) -> None:
    verify(data.draw(cut(STREAM)))


@given(st.integers(0, len(STREAM) - len(lines(done(prompt_eval_count=21, eval_count=9)))))
def test_a_stream_that_is_cut_before_its_end_is_broken(at: int) -> None:
    events, failed = decode([STREAM[:at]], call_of({"stream": True}))
    assert isinstance(failed, Broken)
    assert all(type(event).__name__ != "MessageStop" for event in events)


@pytest.mark.parametrize(
    ("arguments", "given"),
    [({"a": 1}, {"a": 1}), ('{"a":1}', {"a": 1}), (None, {}), ("", {}), ("x", {"__unparsedToolInput": "x"})],
)
def test_arguments_in_every_form(arguments: Any, given: dict[str, Any]) -> None:
    message = message_of(lines(said(tool_calls=[used(arguments=arguments)]), done()), call_of())
    assert message["content"][0]["input"] == given


@pytest.mark.parametrize(
    ("reason", "stop"), [("stop", "end_turn"), ("length", "max_tokens"), (None, "end_turn")]
)
def test_done_reasons(reason: str | None, stop: str) -> None:
    assert message_of(lines(said("Hi."), done(reason)), call_of())["stop_reason"] == stop


@pytest.mark.parametrize("payload", [b"<html>no</html>\n", b"{}\n", b"[]\n", b'{"message":3}\n', b"\n", b""])
def test_what_is_no_answer_is_an_error(payload: bytes) -> None:
    _, failed = decode([payload], call_of())
    assert isinstance(failed, Broken)


def test_an_error_in_the_stream_ends_it() -> None:
    events, failed = decode([lines(said("Hi."), {"error": "the model crashed"}, done())], call_of())
    assert failed is not None
    assert failed.message == "the model crashed"
    assert all(type(event).__name__ != "MessageStop" for event in events)


def test_an_error_body_is_quoted() -> None:
    error = PROTOCOL.error(call_of(), 404, {}, b'{"error":"model \'x\' not found"}')
    assert isinstance(error, Rejected)
    assert error.message == "model 'x' not found"


# Requests.


@pytest.mark.parametrize(("name", "pair"), golden("ollama", "requests"))
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
def test_a_growing_conversation_grows_at_its_end(messages: list[dict[str, Any]]) -> None:
    """What was said stays; only the last message of the user may get more."""
    whole = encoded({"messages": messages})["messages"]
    for stop in range(1, len(messages)):
        if messages[stop - 1]["role"] == "assistant":
            continue
        *earlier, last = encoded({"messages": messages[:stop]})["messages"]
        assert whole[: len(earlier)] == earlier
        assert whole[len(earlier)]["content"].startswith(last["content"])


def test_nothing_to_answer_is_a_bad_request() -> None:
    with pytest.raises(BadRequest, match="nothing to answer"):
        encoded({"messages": []})


def test_images_go_as_bytes_beside_the_text() -> None:
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
    far = {"type": "image", "source": {"type": "url", "url": "https://a.example/x.png"}}
    body = {"messages": [{"role": "user", "content": [image, {"type": "text", "text": "See"}, far]}]}
    (message,) = encoded(body)["messages"]
    assert message["images"] == [PNG]
    assert message["content"].startswith("See\n\n[An image is at https://a.example/x.png")
    assert "images" not in encoded(body, dialect={"images": False})["messages"][0]


def test_thinking_goes_back_with_its_calls_where_the_provider_wants_it() -> None:
    own = {"type": "thinking", "thinking": "Hm.", "signature": thinking.sign(call_of().target.issuer)}
    other = {"type": "thinking", "thinking": "No.", "signature": thinking.sign("another")}
    use = {"type": "tool_use", "id": "t", "name": "Read", "input": {}}
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "Go"},
        {"role": "assistant", "content": [other, own, use]},
    ]
    assert (
        encoded({"messages": messages}, dialect={"replay": "reasoning"})["messages"][1]["thinking"] == "Hm."
    )
    assert "thinking" not in encoded({"messages": messages})["messages"][1]
    messages[1]["content"] = [own, {"type": "text", "text": "So."}]
    assert "thinking" not in encoded({"messages": messages}, dialect={"replay": "reasoning"})["messages"][1]


@pytest.mark.parametrize(
    ("asked", "model", "dialect", "sent"),
    [
        ({"type": "adaptive"}, "llama3", {}, None),
        ({"type": "adaptive"}, "gpt-oss:20b", {}, "medium"),
        ({"type": "adaptive"}, "qwen3", {"reasoning": "enable_thinking"}, True),
        ({"type": "adaptive"}, "x", {"efforts": ["low", "high"]}, "low"),
        ({"type": "disabled"}, "llama3", {}, False),
        (None, "gpt-oss:20b", {}, None),
    ],
)
def test_thinking_is_asked_of_models_that_take_it(asked: Any, model: str, dialect: Any, sent: Any) -> None:
    assert encoded({"thinking": asked}, model, dialect=dialect).get("think") == sent


def test_options_of_the_request_stand_over_those_of_the_provider() -> None:
    given = {"num_ctx": 32768, "keep_alive": "1h", "options": {"seed": 1, "temperature": 1}}
    payload = encoded(
        {"max_tokens": 9, "temperature": 0.1, "top_k": 3, "stop_sequences": ["a", ""]}, options=given
    )
    expected = {"seed": 1, "num_ctx": 32768, "num_predict": 9, "temperature": 0.1, "top_k": 3, "stop": ["a"]}
    assert payload["options"] == expected
    assert payload["keep_alive"] == "1h"


def test_a_schema_of_the_answer_is_its_format() -> None:
    schema = {"type": "object"}
    asked = {"output_config": {"format": {"type": "json_schema", "schema": schema}}}
    assert encoded(asked)["format"] == schema


def test_a_choice_that_cannot_be_told_is_noted() -> None:
    call = call_of({"tools": [READ], "tool_choice": {"type": "any"}})
    assert PROTOCOL.encode(call)["tools"]
    assert call.notes == ["cannot be told to call a tool"]
    assert "tools" not in encoded({"tools": [READ], "tool_choice": {"type": "none"}})


def test_it_is_told_not_to_stream() -> None:
    assert encoded({})["stream"] is False
    assert encoded({"stream": True})["stream"] is True


@pytest.mark.parametrize(
    "base", ["http://a:11434", "http://a:11434/", "http://a:11434/api", "http://a:11434/api/chat"]
)
def test_addresses(base: str) -> None:
    assert PROTOCOL.endpoint(a_call("ollama", base=base)) == "http://a:11434/api/chat"
    assert PROTOCOL.headers(call_of())["authorization"] == "Bearer sk-example"
