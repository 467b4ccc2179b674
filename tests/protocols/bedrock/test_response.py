"""Answers of Converse: recorded, made up, cut anywhere, broken off anywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.errors import Broken, KeyRefused, Overloaded, Rejected
from ccr.exchange import Call
from ccr.protocols.bedrock import PROTOCOL
from tests.grammar import check
from tests.protocols.support import a_call, cut, cut_bytes, decode, golden, message_of, payload_of, plain
from tests.wire.test_eventstream import event

CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
ANSWERS = golden("bedrock", "answers")


def call_of(body: dict[str, Any] | None = None, model: str = CLAUDE) -> Call:
    return a_call("bedrock", {"stream": True, **(body or {})}, model=model)


def stream(*events: tuple[str, dict[str, Any]]) -> bytes:
    return b"".join(event(name, json.dumps(payload).encode()) for name, payload in events)


def delta(index: int, **said: Any) -> tuple[str, dict[str, Any]]:
    return "contentBlockDelta", {"contentBlockIndex": index, "delta": said, "p": "abc"}


def start(index: int, tool_id: str, **more: Any) -> tuple[str, dict[str, Any]]:
    tool = {"toolUseId": tool_id, "name": "Read", **more}
    return "contentBlockStart", {"contentBlockIndex": index, "start": {"toolUse": tool}}


def end(index: int) -> tuple[str, dict[str, Any]]:
    return "contentBlockStop", {"contentBlockIndex": index}


STOP = ("messageStop", {"stopReason": "end_turn"})
USAGE = ("metadata", {"usage": {"inputTokens": 5, "outputTokens": 7, "totalTokens": 12}})


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
def test_a_stream_that_is_cut_before_its_stop_reason_is_broken(data: st.DataObject) -> None:
    whole = stream(delta(0, text="Some text."), end(0))
    at = data.draw(st.integers(0, len(whole)))
    events, failed = decode([whole[:at]], call_of())
    assert isinstance(failed, Broken)
    assert all(type(event).__name__ != "MessageStop" for event in events)


def test_a_stream_without_usage_ends_with_the_connection() -> None:
    message = message_of(stream(delta(0, text="Hi."), STOP), call_of())
    assert message["content"] == [{"type": "text", "text": "Hi."}]
    assert message["usage"]["output_tokens"] == 0


def test_parallel_calls_may_be_interleaved() -> None:
    message = message_of(
        stream(
            start(0, "a"),
            start(1, "b"),
            delta(1, toolUse={"input": '{"x":2}'}),
            delta(0, toolUse={"input": '{"x":'}),
            delta(0, toolUse={"input": "1}"}),
            end(0),
            end(1),
            ("messageStop", {"stopReason": "tool_use"}),
            USAGE,
        ),
        call_of(),
    )
    assert [block["input"] for block in message["content"]] == [{"x": 1}, {"x": 2}]
    assert message["stop_reason"] == "tool_use"


def test_tools_that_bedrock_runs_are_not_the_client_s() -> None:
    message = message_of(
        stream(start(0, "a", type="server_tool_use"), delta(0, toolUse={"input": "{}"}), end(0), STOP, USAGE),
        call_of(),
    )
    assert message["content"] == []


def test_a_signature_in_pieces_is_one_and_signs_its_thinking() -> None:
    message = message_of(
        stream(
            delta(0, reasoningContent={"text": "Hm."}),
            delta(0, reasoningContent={"signature": "ab"}),
            delta(0, reasoningContent={"signature": "cd"}),
            end(0),
            delta(1, reasoningContent={"redactedContent": "c2Vj"}),
            end(1),
            delta(2, text="So."),
            STOP,
            USAGE,
        ),
        call_of(),
    )
    states = [block.get("signature") for block in message["content"]]
    assert states == [{"signature": "abcd"}, {"redacted": "c2Vj"}, None]
    assert [block["type"] for block in message["content"]] == ["thinking", "thinking", "text"]


def test_thinking_without_a_signature_is_signed_as_ours() -> None:
    message = message_of(
        stream(delta(0, reasoningContent={"text": "Hm."}), delta(1, text="So."), STOP), call_of()
    )
    assert message["content"][0] == {"type": "thinking", "thinking": "Hm.", "signature": None}


@pytest.mark.parametrize(
    ("stop", "reason"),
    [
        ("end_turn", "end_turn"),
        ("max_tokens", "max_tokens"),
        ("model_context_window_exceeded", "max_tokens"),
        ("guardrail_intervened", "refusal"),
        ("content_filtered", "refusal"),
        ("stop_sequence", "stop_sequence"),
        ("something_new", "end_turn"),
        (None, "end_turn"),
    ],
)
def test_stop_reasons(stop: str | None, reason: str) -> None:
    streamed = stream(delta(0, text="Hi."), ("messageStop", {"stopReason": stop}), USAGE)
    assert message_of(streamed, call_of())["stop_reason"] == reason


@pytest.mark.parametrize(
    "fields", [{"delta": {"stop_sequence": "END"}}, {"stop_sequence": "END"}], ids=["stream", "json"]
)
def test_the_stop_sequence_that_was_met_is_told(fields: dict[str, Any]) -> None:
    stop = {"stopReason": "stop_sequence", "additionalModelResponseFields": fields}
    message = message_of(stream(delta(0, text="Hi."), ("messageStop", stop), USAGE), call_of())
    assert (message["stop_reason"], message["stop_sequence"]) == ("stop_sequence", "END")


@pytest.mark.parametrize("reason", ["malformed_model_output", "malformed_tool_use"])
def test_an_answer_that_bedrock_could_not_read_is_broken(reason: str) -> None:
    _, failed = decode([stream(delta(0, text="Hi."), ("messageStop", {"stopReason": reason}))], call_of())
    assert isinstance(failed, Broken)
    assert reason in failed.message


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("throttlingException", Overloaded, 429),
        ("serviceUnavailableException", Overloaded, 503),
        ("validationException", Rejected, 400),
        ("internalServerException", Broken, 500),
        ("modelStreamErrorException", Broken, 502),
        ("modelTimeoutException", Broken, 504),
    ],
)
def test_exceptions_inside_a_stream(name: str, kind: type[Exception], status: int) -> None:
    body = json.dumps({"message": "Slow down."}).encode()
    payload = stream(delta(0, text="Hi.")) + event(name, body, "exception") + stream(STOP, USAGE)
    events, failed = decode([payload], call_of())
    assert isinstance(failed, kind)
    assert (failed.status, failed.message) == (status, "Slow down.")
    assert [type(event).__name__ for event in events][-1] == "BlockDelta"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Rejected), (403, KeyRefused), (429, Overloaded), (503, Overloaded), (500, Broken)],
)
def test_error_bodies(status: int, kind: type[Exception]) -> None:
    body = b'{"message":"Model is getting throttled. Try your request again."}'
    error = PROTOCOL.error(call_of(), status, {}, body)
    assert isinstance(error, kind)
    assert "throttled" in error.message


def test_a_prompt_that_is_too_long_is_told_in_claude_s_words() -> None:
    body = b'{"message":"Input Tokens Exceeded: Number of input tokens exceeds maximum length."}'
    assert PROTOCOL.error(call_of(), 400, {}, body).message.startswith("prompt is too long")


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"{}", b'{"output":{"message":{}}}', b"[]"])
def test_a_body_that_is_no_answer_is_an_error(body: bytes) -> None:
    _, failed = decode([body], call_of())
    assert isinstance(failed, Broken)


def test_a_damaged_stream_is_broken() -> None:
    good = stream(delta(0, text="Hi."))
    _, failed = decode([good, good[:20] + b"x" + good[21:]], call_of())
    assert isinstance(failed, Broken)
    assert "damaged" in failed.message


@pytest.mark.parametrize(
    ("usage", "counts"),
    [
        (
            {
                "inputTokens": 3,
                "outputTokens": 1,
                "cacheReadInputTokens": 10,
                "cacheWriteInputTokens": 5,
                "totalTokens": 19,
            },
            (3, 10, 5),
        ),
        (
            {
                "inputTokens": 18,
                "outputTokens": 1,
                "cacheReadInputTokens": 10,
                "cacheWriteInputTokens": 5,
                "totalTokens": 19,
            },
            (3, 10, 5),
        ),
        ({}, (0, 0, 0)),
    ],
    ids=["beside", "inside", "none"],
)
def test_cached_tokens_are_counted_once(usage: dict[str, int], counts: tuple[int, ...]) -> None:
    told = message_of(stream(delta(0, text="Hi."), STOP, ("metadata", {"usage": usage})), call_of())["usage"]
    names = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    assert tuple(told[name] for name in names) == counts


@pytest.mark.parametrize("api", ["converse", "converse-stream"])
def test_addresses(api: str) -> None:
    bases = (
        "https://a.example",
        "https://a.example/",
        "https://a.example/model/x/invoke",
        "https://a.example/model",
    )
    for base in bases:
        call = a_call("bedrock", {"stream": api.endswith("stream")}, base=base, model="arn:aws:x/y:0")
        assert PROTOCOL.endpoint(call) == f"https://a.example/model/arn:aws:x%2Fy:0/{api}"


def test_a_key_is_shown_as_bearer() -> None:
    call = a_call("bedrock", auth="bearer")
    assert PROTOCOL.headers(call)["authorization"] == "Bearer sk-example"
    assert "authorization" not in PROTOCOL.headers(a_call("bedrock", auth="aws"))
