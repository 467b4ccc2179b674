"""Answers: recorded, written by hand, cut anywhere, broken off anywhere."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic import thinking
from ccr.errors import Broken, KeyRefused, Overloaded, Rejected, UpstreamError
from ccr.protocols.gemini import PROTOCOL
from tests.grammar import check, violations
from tests.protocols.gemini.support import (
    END,
    USAGE,
    a_call,
    array,
    chunk,
    decode,
    golden,
    payload_of,
    plain,
    sse,
    with_failure,
)

ANSWERS = golden("answers")
STREAMS = [(name, answer) for name, answer in ANSWERS if "sse" in answer["answer"]]


def message_of(*chunks: dict[str, Any], body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The message that these chunks make, the same in each form they may come in."""
    made = []
    for payload in (sse(*chunks), array(*chunks)):
        events, failed = decode([payload], a_call(body))
        assert failed is None
        made.append(plain(check(events)))
    assert made[0] == made[1]
    return made[0]


def failure_of(*pieces: bytes) -> UpstreamError:
    _, failed = decode(pieces)
    assert failed is not None
    return failed


def verify(answer: dict[str, Any], pieces: list[bytes]) -> None:
    """The answer, cut like this, says what the golden file says."""
    events, failed = decode(pieces, a_call(answer["asked"]))
    assert failed is None
    assert plain(check(events)) == answer["message"]


def pieces_of(payload: bytes, data: st.DataObject) -> list[bytes]:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(payload)), max_size=20)))
    edges = [0, *cuts, len(payload)]
    return [payload[a:b] for a, b in itertools.pairwise(edges)]


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_golden_answers(name: str, answer: dict[str, Any]) -> None:
    assert name
    verify(answer, [payload_of(answer["answer"])])


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_golden_answers_byte_by_byte(name: str, answer: dict[str, Any]) -> None:
    assert name
    payload = payload_of(answer["answer"])
    verify(answer, [payload[i : i + 1] for i in range(len(payload))])


@given(st.sampled_from(ANSWERS), st.data())
def test_golden_answers_in_random_pieces(named: tuple[str, dict[str, Any]], data: st.DataObject) -> None:
    verify(named[1], pieces_of(payload_of(named[1]["answer"]), data))


@given(st.sampled_from(STREAMS), st.booleans(), st.data())
def test_a_stream_may_come_as_one_array(
    named: tuple[str, dict[str, Any]], escaped: bool, data: st.DataObject
) -> None:
    lines = named[1]["answer"]["sse"].replace("\r", "").split("\n")
    chunks = [json.loads(line[5:]) for line in lines if line.startswith("data:")]
    payload = json.dumps(chunks, ensure_ascii=escaped, indent=data.draw(st.sampled_from([None, 2])))
    verify(named[1], pieces_of(payload.encode(), data))


@given(st.sampled_from(STREAMS), st.booleans(), st.data())
def test_a_stream_that_breaks_off_is_never_a_whole_answer(
    named: tuple[str, dict[str, Any]], as_array: bool, data: st.DataObject
) -> None:
    payload = payload_of(named[1]["answer"])
    if as_array:
        chunks = [line[6:] for line in payload.replace(b"\r", b"").split(b"\n") if line]
        payload = b"[" + b",".join(chunks)
    end = payload.find(b'"finishReason"')
    events, failed = decode([payload[: data.draw(st.integers(0, end))]])
    assert isinstance(failed, Broken)
    assert not events or not violations(with_failure(events, failed))


def test_shared_recordings_make_valid_streams(shared: Path, all_splits: bool) -> None:
    for path in sorted((shared / "recordings" / "gemini-generate").glob("*.json")):
        response = json.loads(path.read_text(encoding="utf-8"))["response"]
        if response["status"] != 200:
            continue
        payload = payload_of({k: v for k, v in response.items() if k in ("sse", "body") and v is not None})
        sevens = [payload[i : i + 7] for i in range(0, len(payload), 7)]
        for pieces in [[payload], sevens] if all_splits else [[payload]]:
            events, failed = decode(pieces)
            assert failed is None, path.name
            assert not violations(events), path.name


# Text and thoughts.


def test_thoughts_and_text_take_turns() -> None:
    message = message_of(
        chunk({"text": "Hmm. ", "thought": True}),
        chunk({"text": "One. "}),
        chunk({"text": "So. ", "thought": True}),
        chunk({"text": "Two."}, finish="STOP", usageMetadata=USAGE),
    )
    kinds = [(block["type"], block.get("text") or block.get("thinking")) for block in message["content"]]
    assert kinds == [("thinking", "Hmm. "), ("text", "One. "), ("thinking", "So. "), ("text", "Two.")]


def test_a_thought_is_signed_as_ours() -> None:
    events, _ = decode([sse(chunk({"text": "Hmm.", "thought": True}), END)])
    signature = check(events)["content"][0]["signature"]
    assert thinking.is_ours(signature)
    assert thinking.state_of(signature, a_call().target.issuer) is None


def test_the_signature_of_a_text_rides_on_the_thought_before_it() -> None:
    said = chunk({"text": "Hm.", "thought": True}, {"text": "Yes.", "thoughtSignature": "c2ln"})
    assert message_of(said, END)["content"][0]["signature"] == {"text": "c2ln"}


def test_a_signature_behind_a_text_adds_no_block() -> None:
    """Clients print the last block: nothing may follow the text."""
    message = message_of(chunk({"text": "Yes."}), chunk({"text": "", "thoughtSignature": "c2ln"}), END)
    assert message["content"] == [{"type": "text", "text": "Yes."}]


def test_what_has_no_words_is_passed_over() -> None:
    unknown: list[dict[str, Any]] = [{"executableCode": {"code": "1+1"}}, {"inlineData": {"data": "aQ=="}}]
    unknown += [{"text": None}, {}]
    assert message_of(chunk(*unknown), chunk({"text": "2"}), END)["content"] == [
        {"type": "text", "text": "2"}
    ]


def test_an_empty_answer_is_a_message() -> None:
    empty = {"candidates": [{"content": {}, "finishReason": "STOP"}], "usageMetadata": USAGE}
    message = message_of(empty)
    assert (message["content"], message["stop_reason"]) == ([], "end_turn")


def test_lone_surrogates_are_replaced() -> None:
    events, failed = decode(
        [b'data: {"candidates":[{"content":{"parts":[{"text":"a\\ud83d!"}]}}]}\n\n', sse(END)]
    )
    assert failed is None
    assert check(events)["content"][0]["text"] == "a\ufffd!"


# Calls.


def call(name: str, args: object = None, **more: Any) -> dict[str, Any]:
    return {"functionCall": {"name": name} | ({} if args is None else {"args": args}), **more}


def test_one_block_of_state_for_the_calls_of_a_chunk() -> None:
    parts = [call("A", {"x": 1}, thoughtSignature="s0"), call("B"), call("A", {}, thoughtSignature="s2")]
    message = message_of(chunk({"text": "All:"}), chunk(*parts), chunk(call("C", thoughtSignature="s3")), END)
    kinds = [block["type"] for block in message["content"]]
    assert kinds == ["text", "thinking", "tool_use", "tool_use", "tool_use", "thinking", "tool_use"]
    assert message["content"][1]["signature"] == {"calls": {"0": "s0", "2": "s2"}}
    assert message["content"][5]["signature"] == {"calls": {"3": "s3"}}
    assert [b["input"] for b in message["content"] if b["type"] == "tool_use"] == [{"x": 1}, {}, {}, {}]
    assert message["stop_reason"] == "tool_use"


@pytest.mark.parametrize(("args", "given"), [(None, {}), ({}, {}), ({"x": "{"}, {"x": "{"})])
def test_arguments_are_always_an_object(args: object, given: dict[str, Any]) -> None:
    assert message_of(chunk(call("A", args)), END)["content"][0]["input"] == given


@pytest.mark.parametrize("args", ["x", 0, True])
def test_arguments_that_are_no_object_are_kept_in_one(args: object) -> None:
    given = message_of(chunk(call("A", args)), END)["content"][0]["input"]
    assert json.dumps(args) in given.values()


def test_text_after_a_call_is_a_block_of_its_own() -> None:
    message = message_of(chunk({"text": "Before."}, call("A", {})), chunk({"text": "After."}), END)
    assert [block["type"] for block in message["content"]] == ["text", "tool_use", "text"]


def piece(path: str, *, more: bool = False, **value: Any) -> dict[str, Any]:
    partial = {"jsonPath": path, **value} | ({"willContinue": True} if more else {})
    return chunk({"functionCall": {"partialArgs": [partial], "willContinue": True}})


def test_arguments_in_pieces_are_put_together_by_their_paths() -> None:
    begun = chunk({"functionCall": {"name": "Edit", "willContinue": True}, "thoughtSignature": "c2ln"})
    pieces = [
        piece("$.path", stringValue="/da", more=True),
        piece("$.path", stringValue="ta"),
        piece("$.edits[0].line", numberValue=4),
        piece("$.edits[0]['new.text']", stringValue='"é"'),
        piece("$.edits[1].all", boolValue=False),
        piece("$.none", nullValue="NULL_VALUE"),
    ]
    message = message_of(begun, *pieces, chunk({"functionCall": {}}), END)
    edits = [{"line": 4, "new.text": '"é"'}, {"all": False}]
    assert message["content"][1]["input"] == {"path": "/data", "edits": edits, "none": None}


def test_a_call_in_pieces_ends_with_the_next_call_or_the_answer() -> None:
    begun = [chunk({"functionCall": {"name": name, "willContinue": True}}) for name in "AB"]
    message = message_of(begun[0], piece("$.x", numberValue=1), begun[1], piece("$.y", numberValue=2), END)
    assert [(b["name"], b["input"]) for b in message["content"]] == [("A", {"x": 1}), ("B", {"y": 2})]


@pytest.mark.parametrize(
    "path", ["$.a[999999999]", "$[0]", "$", "$.", "a", ".a..b[[", "$.a[0].b", "$" + ".a" * 99999]
)
def test_odd_paths_do_no_harm(path: str) -> None:
    begun = chunk({"functionCall": {"name": "A", "willContinue": True}})
    events, failed = decode([sse(begun, piece("$.a", stringValue="x"), piece(path, stringValue="y"), END)])
    assert not violations(with_failure(events, failed))


def test_the_models_own_ids_are_kept_and_missing_ones_are_made() -> None:
    parts = [{"functionCall": {"name": "A", "id": "b4f1z"}}, {"functionCall": {"name": "A"}}]
    events, _ = decode([sse(chunk(*parts), END)])
    first, second = (block["id"] for block in check(events)["content"])
    assert first == "b4f1z"
    assert second not in ("", first)


def test_shortened_tool_names_come_back_whole() -> None:
    name = "mcp__" + "n" * 90
    body = {"tools": [{"name": name, "input_schema": {"type": "object"}}]}
    short = PROTOCOL.encode(a_call(body))["tools"][0]["functionDeclarations"][0]["name"]
    assert message_of(chunk(call(short, {})), END, body=body)["content"][0]["name"] == name


# Why it ended, what it took.


@pytest.mark.parametrize(
    ("reason", "stop"),
    [
        ("STOP", "end_turn"),
        (1, "end_turn"),
        ("1", "end_turn"),
        (2, "max_tokens"),
        ("MAX_TOKENS", "max_tokens"),
        ("SAFETY", "refusal"),
        (3, "refusal"),
        ("MODEL_ARMOR", "refusal"),
        ("OTHER", "end_turn"),
        ("REASON_OF_TOMORROW", "end_turn"),
    ],
)
def test_why_an_answer_ended(reason: object, stop: str) -> None:
    assert message_of(chunk({"text": "Hi"}, finish=reason, usageMetadata=USAGE))["stop_reason"] == stop


def test_a_blocked_prompt_is_a_refusal_that_says_why() -> None:
    message = message_of({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": USAGE})
    assert (message["content"], message["stop_reason"]) == ([], "refusal")
    assert "PROHIBITED_CONTENT" in message["stop_details"]["explanation"]


def test_a_blocked_prompt_without_usage_in_a_whole_answer() -> None:
    events, failed = decode([json.dumps({"promptFeedback": {"blockReason": "SAFETY"}}).encode()])
    assert failed is None
    assert check(events)["stop_reason"] == "refusal"


@pytest.mark.parametrize("reason", ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"])
def test_a_call_that_went_wrong_may_be_tried_again(reason: str) -> None:
    failed = failure_of(sse(chunk(finish=reason, usageMetadata=USAGE)))
    assert isinstance(failed, Broken)
    assert failed.retryable
    assert reason in failed.message


def test_a_call_that_went_wrong_after_a_good_one_leaves_that() -> None:
    ending = chunk(finish="UNEXPECTED_TOOL_CALL", usageMetadata=USAGE)
    assert message_of(chunk(call("A", {})), ending)["stop_reason"] == "tool_use"


def test_usage_is_the_last_value_of_each_count() -> None:
    told = {"promptTokenCount": 100, "cachedContentTokenCount": 30, "toolUsePromptTokenCount": 7}
    later = {"promptTokenCount": 101, "candidatesTokenCount": 9, "thoughtsTokenCount": 21}
    message = message_of(
        chunk({"text": "Hi"}, usageMetadata=told), chunk(finish="STOP"), {"usageMetadata": later}
    )
    usage = {"input_tokens": 78, "cache_read_input_tokens": 30, "output_tokens": 30}
    assert message["usage"].items() >= usage.items()


def test_what_follows_the_reason_still_counts() -> None:
    """Some gateways name a reason in every chunk, or send counts behind it."""
    message = message_of(
        chunk({"text": "Hi "}, finish="STOP", usageMetadata=USAGE),
        chunk({"text": "there."}, finish="STOP", usageMetadata={**USAGE, "candidatesTokenCount": 11}),
    )
    assert message["content"] == [{"type": "text", "text": "Hi there."}]
    assert message["usage"]["output_tokens"] == 11


def test_an_answer_without_usage_ends_with_its_stream() -> None:
    assert message_of(chunk({"text": "Hi"}, finish="STOP"))["stop_reason"] == "end_turn"


def test_the_prompt_is_counted_from_the_beginning() -> None:
    events, _ = decode([sse(chunk({"text": "Hi"}, usageMetadata={"promptTokenCount": 12}), END)])
    assert events[0].message["usage"]["input_tokens"] == 12  # type: ignore[attr-defined]


# Web search.


SEARCH = {"tools": [{"type": "web_search_20250305", "name": "web_search"}]}
GROUNDED: dict[str, Any] = {
    "webSearchQueries": ["news today"],
    "groundingChunks": [
        {"web": {"uri": "https://a.example/1", "title": "A"}},
        {"retrievedContext": {"text": "no page"}},
        {"web": {"uri": "https://b.example/2"}},
    ],
    "groundingSupports": [
        {"segment": {"endIndex": 3, "text": "All"}, "groundingChunkIndices": [0, 1, 2, 9]},
        {"groundingChunkIndices": None},
    ],
}


def test_grounding_is_a_search_with_citations() -> None:
    ending = chunk({"text": "All is well."}, finish="STOP", usageMetadata=USAGE)
    ending["candidates"][0]["groundingMetadata"] = GROUNDED
    message = message_of(ending, body=SEARCH)
    text, use, result = message["content"]
    assert [c["url"] for c in text["citations"]] == ["https://a.example/1", "https://b.example/2"]
    assert use["input"] == {"query": "news today"}
    assert [page["title"] for page in result["content"]] == ["A", "https://b.example/2"]
    assert message["usage"]["server_tool_use"] == {"web_search_requests": 1, "web_fetch_requests": 0}


def test_grounding_is_nothing_to_a_client_that_did_not_ask_for_it() -> None:
    ending = chunk({"text": "All is well."}, finish="STOP", usageMetadata=USAGE)
    ending["candidates"][0]["groundingMetadata"] = GROUNDED
    assert message_of(ending)["content"] == [{"type": "text", "text": "All is well."}]


# Failures.


UNAVAILABLE = {"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (sse(UNAVAILABLE), Overloaded, "The model is overloaded."),
        (array(UNAVAILABLE), Overloaded, "The model is overloaded."),
        (json.dumps(UNAVAILABLE).encode(), Overloaded, "The model is overloaded."),
        (b'{"error":"in words"}', Broken, "in words"),
        (b'{"detail":"Not an answer"}', Broken, "Not an answer"),
        (b"[]", Broken, "ended before"),
        (b"[1, [2], null]", Broken, "ended before"),
        (b"<html><title>Gateway</title></html>", Broken, "Gateway"),
        (b"", Broken, "ended before"),
        (b"data: {broken\n\n", Broken, "makes no sense"),
        (b'data: {"candidates": {}}\n\n', Broken, "makes no sense"),
        (b'{"candidates": []}', Broken, "made no sense"),
        (b'data: {"candidates": ' + b"[" * 99999 + b"\n\n", Broken, "makes no sense"),
        (b'data: {"x": ' + b'{"a":' * 99999 + b"1" + b"}" * 99999 + b"}\n\n", Broken, ""),
    ],
)
def test_errors_inside_an_answer(data: bytes, kind: type[UpstreamError], words: str) -> None:
    failed = failure_of(data)
    assert isinstance(failed, kind)
    assert words in failed.message


@pytest.mark.parametrize("form", [sse, array])
def test_a_failure_after_text_keeps_the_text_and_ends_in_an_error(form: Any) -> None:
    events, failed = decode([form(chunk({"text": "Some "}), UNAVAILABLE, END)])
    assert isinstance(failed, Overloaded)
    assert not violations(with_failure(events, failed))
    assert "message_stop" not in str(events)


def test_a_key_that_is_not_valid_is_refused() -> None:
    body = b'[{"error":{"code":400,"message":"API key not valid.","details":[{"reason":"API_KEY_INVALID"}]}}]'
    failed = PROTOCOL.error(a_call(), 400, {}, body)
    assert isinstance(failed, KeyRefused)
    assert (failed.status, failed.type, failed.message) == (401, "authentication_error", "API key not valid.")


def test_google_says_in_the_body_when_to_come_back() -> None:
    delay = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "48.9s"}
    body = {"error": {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED", "details": [delay]}}
    failed = PROTOCOL.error(a_call(), 429, {}, json.dumps(body).encode())
    assert isinstance(failed, Overloaded)
    assert (failed.message, failed.headers["retry-after"]) == ("Quota", "49")


def test_an_overflow_is_told_in_the_words_that_make_clients_compact() -> None:
    words = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
    failed = PROTOCOL.error(
        a_call(), 400, {}, json.dumps({"error": {"code": 400, "message": words}}).encode()
    )
    assert isinstance(failed, Rejected)
    assert failed.message.startswith("prompt is too long: 1200000 tokens > 1048576 maximum")
    assert words in failed.message


@given(st.sampled_from(STREAMS), st.booleans(), st.data())
def test_mutated_streams_raise_nothing_but_our_own_errors(
    stream: tuple[str, dict[str, Any]], as_array: bool, data: st.DataObject
) -> None:
    payload = bytearray(payload_of(stream[1]["answer"]))
    if as_array:
        payload[:5] = b"["
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(payload) - 1))
        payload[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    events, failed = decode([bytes(payload)], a_call(stream[1]["asked"]))
    assert not events or not violations(with_failure(events, failed))
