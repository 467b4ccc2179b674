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
from ccr.protocols.openai_chat import PROTOCOL
from tests.grammar import check, violations
from tests.protocols.openai_chat.support import (
    a_call,
    answered,
    blocks,
    chunk,
    decode,
    failure,
    fragment,
    golden,
    payload_of,
    plain,
    sse,
)

ANSWERS = golden("answers")
SEARCH = {"tools": [{"type": "web_search_20250305", "name": "web_search"}]}
USAGE = {"prompt_tokens": 50, "completion_tokens": 20, "prompt_tokens_details": {"cached_tokens": 8}}


def verify(answer: dict[str, Any], pieces: list[bytes]) -> None:
    """The answer, cut like this, says what the golden file says."""
    call = a_call(answer["asked"], **answer["dialect"])
    events, failed = decode(pieces, call)
    assert plain(events, call) == answer["events"]
    if "failure" in answer:
        assert failed is not None
        assert {"status": failed.status, **failed.error()} == answer["failure"]
    else:
        assert failed is None
        check(events)


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
def test_a_stream_that_is_cut_before_its_end_is_broken(data: st.DataObject) -> None:
    """No end is ever made up, and what came before the cut stands."""
    text = data.draw(st.text(min_size=1, max_size=40))
    payload = sse(*[chunk(content=piece) for piece in text], done=False)
    cut = data.draw(st.integers(0, len(payload)))
    events, failed = decode([payload[:cut]])
    assert isinstance(failed, Broken)
    assert not any(event["type"] == "message_stop" for event in plain(events))


def test_shared_recordings_are_valid_in_every_splitting(shared: Path, all_splits: bool) -> None:
    """Recordings beside the repository: the same events, however the bytes were cut."""
    paths = sorted((shared / "recordings" / "openai-chat").glob("*.json"))
    for path in paths if all_splits else paths[::9]:
        answer = json.loads(path.read_text(encoding="utf-8"))["response"]
        if answer["status"] != 200 or answer.get("sse") is None or len(answer["sse"]) > 60_000:
            continue
        whole, pieces = answer["sse"].encode(), []
        for size in (1, 7, 1000):
            events, failed = decode([whole[i : i + size] for i in range(0, len(whole), size)])
            assert failed is not None or not violations(events), path.name
            pieces.append(plain(events))
        assert pieces[0] == pieces[1] == pieces[2], path.name


LEAF = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.lists(st.integers(), max_size=1)
ODD = LEAF | st.dictionaries(
    st.sampled_from(["type", "text", "url", "id", "index", "name"]), LEAF, max_size=2
)
KEYS = [
    "content",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "refusal",
    "tool_calls",
    "annotations",
]
DELTA = st.dictionaries(
    st.sampled_from([*KEYS, "function_call", "extra_content"]), ODD | st.lists(ODD, max_size=2)
)


@given(st.lists(DELTA, max_size=4), ODD, ODD)
def test_whatever_a_provider_sends_is_a_valid_stream_or_an_error(
    deltas: list[dict[str, Any]], finish: Any, usage: Any
) -> None:
    odd = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    last = {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}], "usage": usage}
    events, failed = decode([sse(*odd, last)], a_call(SEARCH))
    assert failed is not None or not violations(events)


# What the parts of a stream mean.


def test_usage_is_waited_for_and_told_once() -> None:
    usage = {"choices": [], "usage": USAGE}
    message = answered(chunk(content="Hi."), chunk("stop"), chunk("stop", content=""), usage)
    assert message["usage"]["input_tokens"] == 42
    assert message["usage"]["cache_read_input_tokens"] == 8
    assert message["usage"]["output_tokens"] == 20


def test_usage_of_groq_s_own_counts_when_there_is_no_other() -> None:
    groq = {**chunk("stop"), "x_groq": {"usage": {"prompt_tokens": 5, "completion_tokens": 1}}}
    assert answered(chunk(content="Hi."), groq)["usage"]["input_tokens"] == 5
    assert (
        answered(chunk(content="Hi."), groq, {"choices": [], "usage": USAGE})["usage"]["input_tokens"] == 42
    )


def test_reasoning_in_two_fields_is_said_once() -> None:
    details = [{"type": "reasoning.text", "text": "One.", "index": 0}]
    delta = chunk(reasoning="One.", reasoning_content="One.", reasoning_details=details)
    assert blocks(answered(delta, chunk(content="Two."), chunk("stop"))) == [
        ("thinking", "One."),
        ("text", "Two."),
    ]


def test_reasoning_comes_before_the_text_of_its_delta_and_may_come_again() -> None:
    made = answered(
        chunk(content="Well.", reasoning_content="Hm."), chunk(reasoning_content="So."), chunk("stop")
    )
    assert blocks(made) == [("thinking", "Hm."), ("text", "Well."), ("thinking", "So.")]


def test_empty_reasoning_and_blank_lines_open_no_block() -> None:
    blank = [chunk(reasoning=None, reasoning_content=""), chunk(content="\n"), chunk(reasoning_content="\n")]
    call = chunk(tool_calls=[fragment(0, "call_1", "Read", "{}")])
    assert [kind for kind, _ in blocks(answered(*blank, call, chunk("tool_calls")))] == ["tool_use"]


def test_text_behind_a_call_is_a_block_of_its_own() -> None:
    call = chunk(tool_calls=[fragment(0, "call_1", "Read", '{"a":1}')])
    made = answered(chunk(content="Before."), call, chunk(content="After."), chunk("tool_calls"))
    assert blocks(made) == [("text", "Before."), ("tool_use", {"a": 1}), ("text", "After.")]


@pytest.mark.parametrize(
    ("finish", "reason"),
    [
        ("stop", "end_turn"),
        ("eos", "end_turn"),
        ("", "end_turn"),
        ("tool_calls", "end_turn"),
        ("length", "max_tokens"),
        ("model_length", "max_tokens"),
        ("content_filter", "refusal"),
        ("sensitive", "refusal"),
    ],
)
def test_stop_reasons(finish: str, reason: str) -> None:
    assert answered(chunk(content="Hi."), chunk(finish))["stop_reason"] == reason


@pytest.mark.parametrize("finish", ["stop", "tool_calls", "tool_call", "", None])
def test_calls_are_the_reason_whatever_the_provider_calls_it(finish: str | None) -> None:
    call = chunk(tool_calls=[fragment(0, "call_1", "Read", "{}")])
    assert answered(call, chunk(finish))["stop_reason"] == "tool_use"


def test_a_stop_sequence_that_is_named_is_told() -> None:
    call = a_call({"stop_sequences": ["END"]})
    last = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop", "stop_reason": "END"}]}
    message = answered(chunk(content="Hi."), last, call=call)
    assert (message["stop_reason"], message["stop_sequence"]) == ("stop_sequence", "END")
    assert answered(chunk(content="Hi."), last)["stop_reason"] == "end_turn"


def test_a_refusal_is_text() -> None:
    message = answered(chunk(refusal="I cannot "), chunk(refusal="do that."), chunk("stop"))
    assert (blocks(message), message["stop_reason"]) == ([("text", "I cannot do that.")], "refusal")


def test_a_message_beside_the_delta_is_not_added() -> None:
    both = {"choices": [{"index": 0, "delta": {"content": "Hi."}, "message": {"content": "Hi."}}]}
    assert blocks(answered(both, both, chunk("stop"))) == [("text", "Hi.Hi.")]


def test_other_choices_are_left_out() -> None:
    other = {"choices": [{"index": 1, "delta": {"content": "No."}, "finish_reason": "length"}]}
    message = answered(chunk(content="Yes."), other, chunk("stop"))
    assert (blocks(message), message["stop_reason"]) == ([("text", "Yes.")], "end_turn")


def test_an_end_is_a_finish_reason_or_the_done_marker() -> None:
    assert decode([sse(chunk(content="Hi."), chunk("stop"), done=False)])[1] is None
    assert decode([sse(chunk(content="Hi."))])[1] is None
    assert isinstance(decode([sse(chunk(content="Hi."), done=False)])[1], Broken)
    assert isinstance(decode([b""])[1], Broken)


def test_an_answer_without_anything_and_without_a_reason_is_none() -> None:
    assert "empty" in failure(chunk(content="")).message
    assert answered(chunk("length"))["content"] == []


def test_nothing_is_read_behind_the_end() -> None:
    decoder = PROTOCOL.decoder(a_call())
    decoder.feed(sse(chunk(content="Hi."), chunk("stop")) + sse({"error": {"message": "late"}}))
    assert decoder.done
    assert decoder.failed is None


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        ({"message": "Slow down", "code": "rate_limit_exceeded"}, Overloaded, 429),
        ({"message": "No credit", "code": 402}, Rejected, 402),
        ({"message": "Who?", "code": "401"}, KeyRefused, 401),
        ({"message": "Bad call", "status_code": 400, "failed_generation": "x"}, Rejected, 400),
        ({"message": "Hiccup", "type": "server_error", "code": None}, Broken, 500),
        ({"message": "?"}, Broken, 502),
        ("just words", Broken, 502),
    ],
)
def test_errors_inside_a_stream(error: Any, kind: type[UpstreamError], status: int) -> None:
    for broken in ({"error": error}, {"choices": [{"index": 0, "delta": {}, "error": error}]}):
        failed = failure(chunk(content="Half an ans"), broken)
        assert type(failed) is kind
        assert failed.status == status
        assert (error["message"] if isinstance(error, dict) else error) in failed.message


def test_errors_by_other_names() -> None:
    assert "overloaded" in str(decode([b'event: error\ndata: {"message":"overloaded"}\n\n'])[1])
    assert "too big" in str(decode([b'error: {"error":"too big"}\n\n'])[1])
    assert "odd" in failure({"object": "error", "message": "odd"}).message
    assert isinstance(failure(chunk("error")), Broken)
    assert isinstance(failure(chunk("insufficient_system_resource")), Overloaded)
    assert isinstance(decode([b"data: {not json}\n\n"])[1], Broken)


def test_an_error_behind_the_finish_reason_is_an_error() -> None:
    assert failure(chunk(content="Hi."), chunk("stop"), {"error": {"message": "late"}}).message == "late"


# Whole bodies.


def body(finish: str | None = "stop", **message: Any) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return json.dumps({"choices": [choice], "usage": USAGE}).encode()


def test_a_body_is_a_stream_of_one_chunk() -> None:
    calls = [
        {"id": f"call_{n}", "function": {"name": "Read", "arguments": json.dumps({"n": n})}} for n in range(2)
    ]
    events, failed = decode([body("stop", content="Both.", reasoning_content="Two.", tool_calls=calls)])
    assert failed is None
    message = check(events)
    assert blocks(message) == [
        ("thinking", "Two."),
        ("text", "Both."),
        ("tool_use", {"n": 0}),
        ("tool_use", {"n": 1}),
    ]
    assert (message["stop_reason"], message["usage"]["input_tokens"]) == ("tool_use", 42)


def test_a_body_s_arguments_are_an_object_whatever_they_were() -> None:
    calls = [
        {"id": "call_1", "function": {"name": "Read", "arguments": given}}
        for given in ('{"a": "half', {"b": 2})
    ]
    made = check(decode([body("length", content=None, tool_calls=calls)])[0])
    assert blocks(made) == [("tool_use", {"__unparsedToolInput": '{"a": "half'}), ("tool_use", {"b": 2})]


def test_a_body_s_message_counts_and_not_its_delta() -> None:
    both = {"choices": [{"delta": {"content": ""}, "message": {"content": "Hi."}, "finish_reason": "stop"}]}
    assert blocks(check(decode([json.dumps(both).encode()])[0])) == [("text", "Hi.")]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b'{"error":{"message":"No such model"}}', "No such model"),
        (b'{"detail":"Nope"}', "Nope"),
        (b'{"choices":[]}', "made no sense"),
        (b'[{"error":{"message":"in a list"}}]', "in a list"),
        (b"<html><title>502 Bad Gateway</title></html>", "502 Bad Gateway"),
        (b"upstream connect error", "upstream connect error"),
        (b'{"choices":[{"mess', "made no sense"),
        (body(None, content=None), "empty"),
    ],
)
def test_a_body_that_is_no_answer_is_quoted(answer: bytes, said: str) -> None:
    _, failed = decode([answer])
    assert failed is not None
    assert said in failed.message


def test_an_answer_with_a_status_is_an_error_of_that_status() -> None:
    failed = PROTOCOL.error(a_call(), 429, {"retry-after": "7"}, b'{"error":{"message":"Slow down"}}')
    assert (failed.status, failed.type, failed.message) == (429, "rate_limit_error", "Slow down")
    assert failed.headers == {"retry-after": "7"}
    assert isinstance(PROTOCOL.error(a_call(), 200, {}, b"<html>"), Broken)


@pytest.mark.parametrize("content", [None, ""])
def test_an_empty_answer_with_an_empty_reason_is_an_empty_message(content: str | None) -> None:
    choice = {"message": {"role": "assistant", "content": content}, "finish_reason": ""}
    events, failed = decode([json.dumps({"choices": [choice]}).encode()])
    assert failed is None
    assert check(events)["content"] == []


# Web searches.

TOLD = ("server_tool_use", "web_search_tool_result")


def cited(*urls: str) -> dict[str, Any]:
    return chunk(
        annotations=[{"type": "url_citation", "url_citation": {"url": url, "title": "T"}} for url in urls]
    )


def test_pages_are_told_once_to_those_who_asked_for_a_search() -> None:
    made = answered(cited("https://a.example", "https://b.example"), chunk(content="Hi."), cited("https://a.example"),
                    chunk("stop"), call=a_call(SEARCH))  # fmt: skip
    use, found, text = made["content"]
    assert (use["type"], use["name"], use["input"]) == ("server_tool_use", "web_search", {"query": "Hello"})
    assert found["tool_use_id"] == use["id"]
    assert [page["url"] for page in found["content"]] == ["https://a.example", "https://b.example"]
    assert text["text"] == "Hi."
    assert made["usage"]["server_tool_use"] == {"web_search_requests": 1, "web_fetch_requests": 0}


def test_what_the_text_cites_is_cited_behind_it_and_the_search_stands_where_it_was_known() -> None:
    before = answered(cited("https://a.example"), chunk(content="Hi."), chunk("stop"), call=a_call(SEARCH))
    after = answered(chunk(content="Hi."), cited("https://a.example"), chunk(content=" You."), chunk("stop"),
                     call=a_call(SEARCH))  # fmt: skip
    assert [block["type"] for block in before["content"]] == [*TOLD, "text"]
    assert [block["type"] for block in after["content"]] == ["text", *TOLD]
    where = {"url": "https://a.example", "title": "T", "encrypted_index": "", "cited_text": ""}
    for text in (before["content"][-1], after["content"][0]):
        assert text["citations"] == [{"type": "web_search_result_location", **where}]
    assert after["content"][0]["text"] == "Hi. You."


def test_a_call_behind_the_text_keeps_its_citations() -> None:
    read = chunk(tool_calls=[fragment(0, id="c1", name="Read", arguments="{}")])
    said = chunk(content="Hi."), cited("https://a.example"), read, chunk("stop")
    made = answered(*said, call=a_call(SEARCH))
    assert [block["type"] for block in made["content"]] == ["text", "tool_use", *TOLD]
    assert len(made["content"][0]["citations"]) == 1


def test_pages_are_nothing_to_others_and_never_text() -> None:
    assert blocks(answered(cited("https://a.example"), chunk(content="Hi."), chunk("stop"))) == [
        ("text", "Hi.")
    ]


def test_perplexity_s_lists_are_pages_too() -> None:
    listed = {**chunk(content="Hi."), "citations": ["https://a.example"]}
    titled = {**chunk("stop"), "search_results": [{"url": "https://b.example", "title": "B"}]}
    made = answered(listed, titled, call=a_call(SEARCH))
    use, told, text = made["content"]
    assert (use["type"], told["type"]) == TOLD
    assert [page["url"] for page in told["content"]] == ["https://a.example"]  # known before the text
    assert [cited["url"] for cited in text["citations"]] == ["https://a.example"]


# Think tags.


def test_think_tags_are_thinking_where_the_dialect_says_so() -> None:
    stream = [chunk(content=piece) for piece in ("<th", "ink>Hm.", "</thi", "nk>\n\nSo.")]
    assert blocks(answered(*stream, chunk("stop"), call=a_call(think_tags=True))) == [
        ("thinking", "Hm."),
        ("text", "So."),
    ]
    assert blocks(answered(*stream, chunk("stop"))) == [("text", "<think>Hm.</think>\n\nSo.")]
    assert blocks(answered(chunk(content="<th"), chunk("stop"), call=a_call(think_tags=True))) == [
        ("text", "<th")
    ]


@given(st.data())
def test_bytes_that_were_damaged_raise_nothing_but_our_own_errors(data: st.DataObject) -> None:
    _, answer = data.draw(st.sampled_from(ANSWERS))
    damaged = bytearray(payload_of(answer["answer"]))
    for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=6)):
        damaged[place] = data.draw(st.integers(0, 255))
    events, failed = decode([bytes(damaged)], a_call(answer["asked"], **answer["dialect"]))
    assert failed is not None or not [v for v in violations(events) if "the arguments of block" not in v]


FRAMES = st.sampled_from(
    [
        {"content": "word "},
        {"content": " "},
        {"content": ""},
        {"content": "\n<think>"},
        {"content": "x", "role": "assistant"},
        {"content": "x", "reasoning_content": "hm"},
        {"reasoning_content": "hm"},
        {"content": "x", "refusal": "no"},
        {"content": [{"type": "text", "text": "part"}]},
        {"content": 5},
        {"tool_calls": [{"index": 0, "id": "a", "function": {"name": "Read", "arguments": "{}"}}]},
        {"content": "x", "annotations": [{"type": "url_citation"}]},
    ]
)
WRAPS = st.sampled_from(
    [
        lambda delta: {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
        lambda delta: {"object": "chat.completion.chunk", "choices": [{"delta": delta, "logprobs": None}]},
        lambda delta: {"object": "odd", "choices": [{"index": 0, "delta": delta}]},
        lambda delta: {"choices": [{"index": 1, "delta": delta}]},
        lambda delta: {"choices": [{"index": 0, "delta": delta}], "usage": USAGE},
        lambda delta: {"choices": [{"index": 0, "delta": delta}, {"index": 1, "delta": delta}]},
        lambda delta: {"choices": [{"index": 0, "delta": delta, "finish_reason": "length"}]},
    ]
)


@given(st.lists(st.tuples(FRAMES, WRAPS)), st.sampled_from([{}, {"think_tags": True}]))
def test_text_that_takes_the_short_way_says_what_the_long_way_says(
    frames: list[tuple[Any, Any]], dialect: dict[str, Any]
) -> None:
    pieces = [sse(wrap(delta), done=False) for delta, wrap in frames]
    pieces.append(sse({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
    call = a_call({}, **dialect)
    one_by_one, failed = decode(pieces, call)
    at_once, failed_too = decode([b"".join(pieces)], call)
    assert plain(one_by_one, call) == plain(at_once, call)
    assert type(failed) is type(failed_too)
