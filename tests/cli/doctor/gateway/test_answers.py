"""What a client would not forgive is found, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.cli.doctor.gateway import answers
from ccr.cli.doctor.gateway.probe import Got
from ccr.wire import json

SSE = {"content-type": "text/event-stream; charset=utf-8"}
START: dict[str, Any] = {"type": "message_start", "message": {"usage": {"input_tokens": 3}}}
BLOCK: dict[str, Any] = {
    "type": "content_block_start",
    "index": 0,
    "content_block": {"type": "text", "text": ""},
}
DELTA: dict[str, Any] = {
    "type": "content_block_delta",
    "index": 0,
    "delta": {"type": "text_delta", "text": "hi"},
}
STOP: dict[str, Any] = {"type": "content_block_stop", "index": 0}
END: dict[str, Any] = {
    "type": "message_delta",
    "delta": {"stop_reason": "end_turn"},
    "usage": {"output_tokens": 2},
}
LAST: dict[str, Any] = {"type": "message_stop"}
GOOD = [START, {"type": "ping"}, BLOCK, DELTA, STOP, END, LAST]


def got(*events: dict[str, Any], status: int = 200) -> Got:
    body = b"".join(b"event: x\ndata: " + json.encode(event) + b"\n\n" for event in events)
    return Got(status, SSE, body)


def test_a_good_stream_has_no_fault() -> None:
    assert answers.stream_fault(got(*GOOD)) == ""
    assert answers.usage_fault(answers.events(got(*GOOD))) == ""


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([*GOOD[1:]], "message_start"),
        ([START, *GOOD], "message_start"),
        (GOOD[:-1], "message_stop"),
        ([START, BLOCK, DELTA, END, LAST], "never closed"),
        ([START, BLOCK, DELTA, STOP, STOP, END, LAST], "closed twice"),
        ([START, DELTA, END, LAST], "not open"),
        ([START, BLOCK, BLOCK, STOP, END, LAST], "begins twice"),
        ([START, {**BLOCK, "content_block": {"type": "text", "text": "hi"}}, STOP, END, LAST], "loses it"),
        ([START, {"type": "error", "error": {"message": "full"}}], "full"),
    ],
)
def test_each_fault_of_a_stream_is_told(events: list[dict[str, Any]], words: str) -> None:
    assert words in answers.stream_fault(got(*events))


def test_a_refusal_and_a_page_are_no_streams() -> None:
    error = {"type": "error", "error": {"type": "x", "message": "no key"}}
    assert "no key" in answers.stream_fault(Got(401, {}, json.encode(error)))
    assert "text/html" in answers.stream_fault(Got(200, {"content-type": "text/html"}, b"<html>"))


def test_missing_figures_are_told() -> None:
    bare = [{**START, "message": {}}, {**END, "usage": {}}]
    assert "input_tokens and output_tokens" in answers.usage_fault(bare)


def call(text: str, **more: Any) -> list[dict[str, Any]]:
    block = {"type": "tool_use", "id": "a", "name": "report", "input": {}, **more}
    delta = {"type": "input_json_delta", "partial_json": text}
    end = {**END, "delta": {"stop_reason": "tool_use"}}
    return [START, {**BLOCK, "content_block": block}, {**DELTA, "delta": delta}, STOP, end, LAST]


def test_a_tool_call_is_put_together_or_its_fault_told() -> None:
    assert answers.call_of(call('{"word": 1}'), "report")[0] == {
        "type": "tool_use",
        "id": "a",
        "name": "report",
        "input": {"word": 1},
    }
    for events, words in (
        (GOOD, "no tool_use"),
        (call('{"word'), "no JSON"),
        (call("{}", name="other"), "other"),
        (call("{}", id=""), "id"),
        ([*call("{}")[:-2], END, LAST], "end_turn"),
    ):
        found, fault = answers.call_of(events, "report")
        assert found is None
        assert words in fault


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, {}, "status 200"),
        (400, {"error": {"message": "x"}}, "type"),
        (400, {"type": "error", "error": {"message": "x"}}, "lacks type"),
        (400, {"type": "error", "error": {"type": "a", "message": "x"}}, ""),
    ],
)
def test_errors_have_a_form(status: int, body: Any, words: str) -> None:
    fault = answers.error_fault(Got(status, {}, json.encode(body)), (400,))
    assert words in fault
    assert bool(fault) == bool(words)


def test_messages_have_a_form() -> None:
    whole = {"type": "message", "content": [], "id": 1, "role": 1, "model": 1, "stop_reason": 1, "usage": 1}
    assert answers.message_fault(Got(200, {}, json.encode(whole))) == ""
    bare = {"type": "message", "content": []}
    assert "usage" in answers.message_fault(Got(200, {}, json.encode(bare)))
    assert "no message" in answers.message_fault(Got(200, {}, b"[]"))
