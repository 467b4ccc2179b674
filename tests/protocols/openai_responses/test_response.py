"""Answers: recorded, written by hand, cut anywhere, broken off anywhere."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.errors import Broken, KeyRefused, Overloaded, Rejected, UpstreamError
from ccr.protocols.openai_responses import PROTOCOL
from tests.grammar import check, violations
from tests.protocols.openai_responses.support import (
    a_call,
    decode,
    golden,
    payload_of,
    plain,
    sse,
    with_failure,
)

ANSWERS = golden("answers")
STREAMS = [(name, answer) for name, answer in ANSWERS if "sse" in answer["answer"]]

CREATED = {"type": "response.created", "response": {"status": "in_progress", "output": []}}


def completed(*output: dict[str, Any], status: str = "completed", **more: Any) -> dict[str, Any]:
    usage = {"input_tokens": 10, "output_tokens": 3, "total_tokens": 13}
    response = {"object": "response", "status": status, "output": list(output), "usage": usage, **more}
    return {"type": f"response.{status}", "response": response}


def message_of(*events: dict[str, Any], body: dict[str, Any] | None = None) -> dict[str, Any]:
    made, failed = decode([sse(*events)], a_call(body))
    assert failed is None
    return plain(check(made))


def failure_of(*pieces: bytes) -> UpstreamError:
    _, failed = decode(pieces)
    assert failed is not None
    return failed


def verify(answer: dict[str, Any], pieces: list[bytes]) -> None:
    """The answer, cut like this, says what the golden file says."""
    events, failed = decode(pieces, a_call(answer["asked"]))
    assert not violations(with_failure(events, failed)) or not events
    if "error" in answer:
        assert failed is not None
        assert {"status": failed.status, **failed.error()} == answer["error"]
    else:
        assert failed is None
        assert plain(check(events)) == answer["message"]


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_golden_answers(name: str, answer: dict[str, Any]) -> None:
    assert name
    verify(answer, [payload_of(answer["answer"])])


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_golden_answers_byte_by_byte(name: str, answer: dict[str, Any]) -> None:
    assert name
    payload = payload_of(answer["answer"])
    verify(answer, [payload[i : i + 1] for i in range(len(payload))])


@given(st.data())
def test_golden_answers_in_random_pieces(data: st.DataObject) -> None:
    _, answer = data.draw(st.sampled_from(ANSWERS))
    payload = payload_of(answer["answer"])
    cuts = sorted(data.draw(st.lists(st.integers(0, len(payload)), max_size=20)))
    edges = [0, *cuts, len(payload)]
    verify(answer, [payload[a:b] for a, b in pairwise(edges)])


@given(st.data())
def test_a_stream_that_breaks_off_is_never_a_whole_answer(data: st.DataObject) -> None:
    _, answer = data.draw(st.sampled_from([s for s in STREAMS if "message" in s[1]]))
    payload = payload_of(answer["answer"])
    end = max(payload.find(b'"type":"response.completed"'), payload.find(b'"type": "response.completed"'))
    events, failed = decode([payload[: data.draw(st.integers(0, end))]])
    assert isinstance(failed, Broken)
    assert not violations(with_failure(events, failed)) or not events


def test_shared_recordings_make_valid_streams(shared: Path, all_splits: bool) -> None:
    for path in sorted((shared / "recordings" / "openai-responses").glob("*.json")):
        response = json.loads(path.read_text(encoding="utf-8"))["response"]
        if response["status"] != 200:
            continue
        payload = payload_of({k: v for k, v in response.items() if k in ("sse", "body") and v is not None})
        cuts = (
            [[payload], [payload[i : i + 7] for i in range(0, len(payload), 7)]]
            if all_splits
            else [[payload]]
        )
        for pieces in cuts:
            events, failed = decode(pieces)
            assert not violations(with_failure(events, failed)) or not events, path.name


# Shapes that no golden recording shows.


def item(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": "id_1", "status": "completed", **more}


def said(text: str, kind: str = "output_text", **more: Any) -> dict[str, Any]:
    key = "refusal" if kind == "refusal" else "text"
    return item("message", role="assistant", content=[{"type": kind, key: text}], **more)


def done(index: int, whole: dict[str, Any]) -> dict[str, Any]:
    return {"type": "response.output_item.done", "output_index": index, "item": whole}


def delta(index: int, piece: str, kind: str = "output_text", **more: Any) -> dict[str, Any]:
    place = {"output_index": index, "item_id": f"rotating_{len(piece)}", **more}
    return {"type": f"response.{kind}.delta", "delta": piece, **place}


def function(name: str, arguments: object, call_id: str = "call_1") -> dict[str, Any]:
    return item("function_call", name=name, arguments=arguments, call_id=call_id)


def added(index: int, whole: dict[str, Any]) -> dict[str, Any]:
    return {"type": "response.output_item.added", "output_index": index, "item": whole}


def test_items_that_only_the_last_event_has() -> None:
    message = message_of(CREATED, completed(said("All of it."), function("Read", '{"a":1}')))
    assert [block["type"] for block in message["content"]] == ["text", "tool_use"]
    assert message["content"][1]["input"] == {"a": 1}


def test_deltas_of_an_item_that_only_the_last_event_finishes() -> None:
    message = message_of(
        CREATED, delta(0, "All "), delta(0, "of it."), completed(said("All of it, at last."))
    )
    assert message["content"][0]["text"] == "All of it."


def test_what_deltas_left_out_comes_from_the_item() -> None:
    assert (
        message_of(delta(0, "All "), done(0, said("All of it.")), completed())["content"][0]["text"]
        == "All of it."
    )


def test_what_came_in_no_pieces_and_no_finished_item_is_said_when_it_is_told_as_a_whole() -> None:
    call = {"type": "response.function_call_arguments.done", "output_index": 2, "arguments": '{"a":1}'}
    summary = {"type": "response.reasoning_summary_text.done", "output_index": 0, "text": "Hm."}
    text = {"type": "response.output_text.done", "output_index": 1, "text": "So."}
    opened = added(2, function("Read", ""))
    for twice in (False, True):
        finished = [done(1, said("So.")), done(2, function("Read", '{"a":1}'))] if twice else []
        made = message_of(summary, text, opened, call, *finished, completed())
        thought, spoken, used = made["content"]
        assert (thought["thinking"], spoken["text"], used["input"]) == ("Hm.", "So.", {"a": 1})


def test_parallel_calls_whose_pieces_are_interleaved_under_rotating_ids() -> None:
    first, second = function("A", '{"x":1}'), function("B", '{"y":2}', "call_2")
    pieces = [
        added(0, {**first, "arguments": ""}),
        added(1, {**second, "arguments": ""}),
        delta(0, '{"x"', "function_call_arguments"),
        delta(1, '{"y":', "function_call_arguments"),
        delta(0, ":1}", "function_call_arguments"),
        delta(1, "2}", "function_call_arguments"),
        done(0, first),
        done(1, second),
    ]
    message = message_of(CREATED, *pieces, completed(first, second))
    assert [(block["name"], block["input"]) for block in message["content"]] == [
        ("A", {"x": 1}),
        ("B", {"y": 2}),
    ]
    assert message["stop_reason"] == "tool_use"


@pytest.mark.parametrize("arguments", ["", None, "{}", {}])
def test_a_call_without_arguments(arguments: object) -> None:
    assert message_of(done(0, function("Now", arguments)), completed())["content"][0]["input"] == {}


def test_arguments_as_an_object() -> None:
    assert message_of(done(0, function("A", {"x": 1})), completed())["content"][0]["input"] == {"x": 1}


def test_a_summary_in_parts_is_one_thought_in_paragraphs() -> None:
    parts = [
        delta(0, piece, "reasoning_summary_text", summary_index=n)
        for n, piece in enumerate(["First.", "Then."])
    ]
    message = message_of(*parts, delta(1, "So."), completed())
    assert message["content"][0]["thinking"] == "First.\n\nThen."


def test_summary_and_content_are_two_views_of_the_same_thoughts() -> None:
    reasoning = item("reasoning", summary=[{"text": "Short."}], content=[{"text": "Long."}])
    streamed = delta(0, "Long.", "reasoning_text", content_index=0)
    message = message_of(
        streamed, delta(0, "Short.", "reasoning_summary_text"), done(0, reasoning), completed()
    )
    assert [block["thinking"] for block in message["content"]] == ["Long."]
    assert [b["thinking"] for b in message_of(done(0, reasoning), completed())["content"]] == ["Short."]


def test_reasoning_with_nothing_in_it_is_nothing() -> None:
    empty = item("reasoning", summary=[], content=[])
    assert message_of(done(0, empty), done(1, said("Hi.")), completed())["content"] == [
        {"type": "text", "text": "Hi."}
    ]


def test_the_encrypted_content_of_the_finished_item_counts() -> None:
    begun, ended = (item("reasoning", summary=[], encrypted_content=e) for e in ("early", "late"))
    message = message_of(added(0, begun), done(0, ended), completed())
    assert message["content"][0]["signature"]["encrypted_content"] == "late"


def test_a_refusal() -> None:
    whole = said("I cannot.", "refusal")
    for events in ([delta(0, "I cannot.", "refusal"), done(0, whole), completed(whole)], [completed(whole)]):
        message = message_of(*events)
        assert (message["content"][0]["text"], message["stop_reason"]) == ("I cannot.", "refusal")


@pytest.mark.parametrize(
    ("why", "stop"), [("max_output_tokens", "max_tokens"), ("content_filter", "refusal")]
)
def test_why_an_answer_is_incomplete(why: str, stop: str) -> None:
    ending = completed(said("Begin"), status="incomplete", incomplete_details={"reason": why})
    assert message_of(delta(0, "Begin"), ending)["stop_reason"] == stop


@pytest.mark.parametrize(
    "kind",
    [
        "code_interpreter_call",
        "mcp_call",
        "mcp_list_tools",
        "file_search_call",
        "image_generation_call",
        "of_tomorrow",
    ],
)
def test_what_the_provider_did_by_itself_is_no_call_of_ours(kind: str) -> None:
    hosted = item(kind, name="Read", arguments="{}", call_id="call_1")
    message = message_of(done(0, hosted), done(1, said("Done.")), completed())
    assert [block["type"] for block in message["content"]] == ["text"]
    assert message["stop_reason"] == "end_turn"


@pytest.mark.parametrize(
    ("text", "given"), [("*** Begin Patch", {"input": "*** Begin Patch"}), ('{"a":1}', {"a": 1})]
)
def test_a_custom_call_of_a_tool_that_was_offered_is_a_call(text: str, given: dict[str, Any]) -> None:
    custom = item("custom_tool_call", name="Patch", input=text, call_id="call_1")
    tools = {"tools": [{"name": "Patch", "input_schema": {"type": "object"}}]}
    assert message_of(done(0, custom), completed(), body=tools)["content"][0]["input"] == given
    assert message_of(done(0, custom), completed())["content"] == []


def test_shortened_tool_names_come_back_whole() -> None:
    name = "mcp__" + "n" * 90
    body = {"tools": [{"name": name, "input_schema": {"type": "object"}}]}
    short = PROTOCOL.encode(a_call(body))["tools"][0]["name"]
    assert message_of(done(0, function(short, "{}")), completed(), body=body)["content"][0]["name"] == name


def test_an_id_that_the_conversation_has_seen_is_given_anew() -> None:
    use = {"type": "tool_use", "id": "call_1", "name": "Read", "input": {}}
    body = {"messages": [{"role": "assistant", "content": [use]}]}
    made, _ = decode([sse(done(0, function("Read", "{}")), completed())], a_call(body))
    assert check(made)["content"][0]["id"] != "call_1"


def test_a_compaction_item_is_kept_for_the_next_turn() -> None:
    compaction = {"type": "compaction", "id": "cmp_1", "encrypted_content": "c"}
    (block,) = message_of(done(0, compaction), completed())["content"]
    assert (block["thinking"], block["signature"]["encrypted_content"]) == ("", "c")


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        (
            {"input_tokens": 90, "input_tokens_details": {"cached_tokens": 64}, "output_tokens": 30},
            {"input_tokens": 26, "cache_read_input_tokens": 64, "output_tokens": 30},
        ),
        (
            {"input_tokens": 90, "input_tokens_details": {"cached_tokens": 40, "cache_write_tokens": 20}},
            {"input_tokens": 30, "cache_read_input_tokens": 40, "cache_creation_input_tokens": 20},
        ),
        (
            {
                "input_tokens": 10,
                "output_tokens": 5,
                "total_tokens": 22,
                "output_tokens_details": {"reasoning_tokens": 7},
            },
            {"output_tokens": 12},
        ),
        ({}, {"input_tokens": 0, "output_tokens": 0}),
    ],
)
def test_usage(told: dict[str, Any], usage: dict[str, int]) -> None:
    assert message_of(completed(usage=told))["usage"].items() >= usage.items()


def test_no_event_line_no_number_other_line_ends_comments_and_a_done_marker() -> None:
    events = [CREATED, delta(0, "Hi."), done(0, said("Hi.")), completed(said("Hi."))]
    stream = ": PROCESSING\r\n\r\n" + "".join(f"data:{json.dumps(e)}\r\n\r\n" for e in events)
    made, failed = decode([stream.encode() + b"data: [DONE]\r\n\r\n"])
    assert failed is None
    assert check(made)["content"] == [{"type": "text", "text": "Hi."}]


# Failures.


FAILED = {"type": "response.failed", "response": {"error": {"code": "server_error", "message": "A hiccup"}}}


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (sse(CREATED, FAILED), Broken, "A hiccup"),
        (
            sse({"type": "error", "code": "rate_limit_exceeded", "message": "Slow down"}),
            Overloaded,
            "Slow down",
        ),
        (sse({"type": "error", "error": {"code": "invalid_api_key", "message": "No"}}), KeyRefused, "No"),
        (b'event: error\ndata: {"message":"Bare"}\n\n', Broken, "Bare"),
        (b'data: {"error":{"message":"Nameless"}}\n\n', Broken, "Nameless"),
        (b'{"error":{"message":"In a body"}}', Broken, "In a body"),
        (
            b'{"status":"failed","output":[],"error":{"code":"invalid_prompt","message":"Bad"}}',
            Rejected,
            "Bad",
        ),
        (b'{"status":"cancelled","output":[]}', Broken, "cancelled"),
        (b'{"status":"queued","output":[]}', Broken, "background"),
        (b'{"detail":"Not an answer"}', Broken, "Not an answer"),
        (b"[]", Broken, "made no sense"),
        (b"<html><title>Gateway</title></html>", Broken, "Gateway"),
        (b"plain words", Broken, "plain words"),
        (b"", Broken, "ended before"),
        (b"data: {broken\n\n", Broken, "not JSON"),
    ],
)
def test_errors_inside_an_answer(data: bytes, kind: type[UpstreamError], words: str) -> None:
    failed = failure_of(data)
    assert isinstance(failed, kind)
    assert words in failed.message


def test_a_failure_after_text_keeps_the_text_and_ends_in_an_error() -> None:
    events, failed = decode([sse(CREATED, delta(0, "Some "), FAILED, completed(said("Some more.")))])
    assert failed is not None
    assert not violations(with_failure(events, failed))
    assert "message_stop" not in str(events)


def test_an_overflow_is_told_in_the_words_that_make_clients_compact() -> None:
    words = "Your input exceeds the context window of this model."
    failed = failure_of(
        sse(
            {
                "type": "response.failed",
                "response": {"error": {"code": "context_length_exceeded", "message": words}},
            }
        )
    )
    assert failed.status == 400
    assert failed.message.startswith("prompt is too long: ")
    assert words in failed.message


def test_http_errors_keep_status_words_and_retry_after() -> None:
    body = b'{"error":{"message":"Quota","code":"insufficient_quota"}}'
    failed = PROTOCOL.error(a_call(), 429, {"retry-after": "7"}, body)
    assert isinstance(failed, Overloaded)
    assert (failed.status, failed.message, failed.headers["retry-after"]) == (429, "Quota", "7")


@given(st.sampled_from(STREAMS), st.data())
def test_mutated_streams_raise_nothing_but_our_own_errors(
    stream: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    payload = bytearray(payload_of(stream[1]["answer"]))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(payload) - 1))
        payload[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    events, failed = decode([bytes(payload)])
    assert (
        not violations(with_failure(events, failed))
        or not events
        or "no JSON object" in str(violations(events))
    )
