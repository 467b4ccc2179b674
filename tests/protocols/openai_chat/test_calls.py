"""Tool calls, in every way that providers cut them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocols.openai_chat.support import a_call, answered, blocks, chunk, decode, fragment, plain, sse

OBJECTS = st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=5) | st.none(), max_size=3)


def made(*fragments: dict[str, Any], **about: Any) -> list[dict[str, Any]]:
    """The calls that fragments make, each in a delta of its own."""
    stream = [chunk(tool_calls=[one]) for one in fragments]
    found: list[dict[str, Any]] = answered(*stream, chunk("tool_calls"), call=a_call(**about))["content"]
    return found


def inputs(*fragments: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(call["name"], call["input"]) for call in made(*fragments)]


@given(st.lists(OBJECTS, min_size=1, max_size=4), st.data())
def test_parallel_calls_come_out_whole_however_their_fragments_are_shuffled(
    arguments: list[dict[str, Any]], data: st.DataObject
) -> None:
    """The order within a call is kept, that between calls is free; calls come in the order they began."""
    queues = []
    for n, given_ in enumerate(arguments):
        text = json.dumps(given_, ensure_ascii=False)
        cut = data.draw(st.integers(0, len(text)))
        pieces = [fragment(n, f"call_{n}", f"tool_{n}"), fragment(n, arguments=text[:cut])]
        queues.append([*pieces, fragment(n, arguments=text[cut:])])
    order, stream = [], []
    while any(queues):
        n = data.draw(st.sampled_from([i for i, queue in enumerate(queues) if queue]))
        order.append(n)
        stream.append(queues[n].pop(0))
    begun = list(dict.fromkeys(order))
    assert inputs(*stream) == [(f"tool_{n}", arguments[n]) for n in begun]


def test_the_first_call_streams_while_others_wait() -> None:
    stream = [
        fragment(0, "call_a", "first", ""),
        fragment(1, "call_b", "second", '{"b":'),
        fragment(0, arguments='{"a"'),
    ]
    events, _ = decode([sse(*[chunk(tool_calls=[one]) for one in stream], done=False)])
    assert [e["delta"]["partial_json"] for e in plain(events) if e["type"] == "content_block_delta"] == [
        '{"a"'
    ]


@pytest.mark.parametrize(
    "fragments",
    [
        [fragment(0, "call_a", "first", '{"a":'), fragment(0, arguments="1}")],
        [fragment(0, "call_a", "first", '{"a":'), fragment(0, "", "", "1}")],
        [fragment(0, "call_a", "first", '{"a":'), fragment(0, "call_a", "first", "1}")],
        [fragment(3, "call_a", "first"), fragment(3, arguments='{"a":1}')],
        [fragment(None, "call_a", "first", '{"a":1}')],
        [fragment(None, "call_a", "first", '{"a":'), fragment(None, arguments="1}")],
        [fragment(0, "call_a"), fragment(0, arguments='{"a":1}'), fragment(0, name="first")],
        [fragment(0, "call_a", "first", {"a": 1})],
        [fragment(0, "call_a", "first", '"{\\"a\\":1}"')],
    ],
)
def test_one_call_in_many_shapes(fragments: list[dict[str, Any]]) -> None:
    assert inputs(*fragments) == [("first", {"a": 1})]


def test_a_new_id_under_a_known_index_is_a_new_call() -> None:
    first, second = fragment(0, "call_a", "first", '{"a":1}'), fragment(0, "call_b", "second", '{"b":2}')
    assert inputs(first, second) == [("first", {"a": 1}), ("second", {"b": 2})]


@pytest.mark.parametrize("nothing", [None, "", " ", "null"])
def test_no_arguments_are_an_empty_object(nothing: str | None) -> None:
    assert inputs(fragment(0, "call_a", "now", nothing)) == [("now", {})]


def test_arguments_that_are_no_object_stay_with_their_call() -> None:
    assert inputs(fragment(0, "call_a", "first", "rm -rf")) == [("first", {"__unparsedToolInput": "rm -rf"})]
    assert inputs(fragment(0, "call_a", "first", "[1]")) == [("first", {"__unparsedToolInput": "[1]"})]
    assert inputs(fragment(0, "call_a", "first", "{'a'}")) == [("first", {"__unparsedToolInput": "{'a'}"})]
    nested = [fragment(0, "call_a", "first", '{"a":{"b":1}'), fragment(0, arguments="}")]
    assert inputs(*nested) == [("first", {"a": {"b": 1}})]


def test_a_call_that_is_never_named_is_left_out() -> None:
    events, failed = decode(
        [sse(chunk(content="Hi."), chunk(tool_calls=[fragment(0, "a", None, "{}")]), chunk("stop"))]
    )
    assert failed is None
    assert [e["type"] for e in plain(events)].count("content_block_start") == 1


def test_ids_are_ones_that_clients_take_and_have_not_seen() -> None:
    said = {
        "role": "assistant",
        "content": [{"type": "tool_use", "id": "call_0", "name": "first", "input": {}}],
    }
    call = a_call({"messages": [{"role": "user", "content": "Hi."}, said]})
    stream = [
        chunk(tool_calls=[fragment(n, given, "first", "{}")])
        for n, given in enumerate(("call_0", "a.b:0", "", "call_9"))
    ]
    ids = [block["id"] for block in answered(*stream, chunk("tool_calls"), call=call)["content"]]
    assert len(set(ids)) == 4
    assert "call_0" not in ids
    assert ids[3] == "call_9"


def test_google_s_signature_stands_before_its_call() -> None:
    signed = {
        **fragment(0, "call_a", "first", "{}"),
        "extra_content": {"google": {"thought_signature": "c2ln"}},
    }
    events, _ = decode([sse(chunk(tool_calls=[signed]), chunk("tool_calls"))])
    kinds = [e["content_block"]["type"] for e in plain(events) if e["type"] == "content_block_start"]
    assert kinds == ["thinking", "tool_use"]
    assert {"state": {"calls": {"call_a": "c2ln"}}} in [
        e["delta"].get("signature") for e in plain(events) if e["type"] == "content_block_delta"
    ]


def test_the_function_call_of_old_is_a_call_and_an_empty_one_is_none() -> None:
    old = [
        chunk(function_call={"name": "first", "arguments": ""}),
        chunk(function_call={"arguments": '{"a":1}'}),
    ]
    assert blocks(answered(*old, chunk("function_call"))) == [("tool_use", {"a": 1})]
    empty = chunk(content="Hi.", function_call={"name": "", "arguments": ""})
    assert blocks(answered(empty, chunk("stop"))) == [("text", "Hi.")]


def test_shortened_names_come_back_whole() -> None:
    name = "mcp__" + "n" * 90
    tool = {"name": name, "input_schema": {"type": "object"}}
    from ccr.protocols.shared.names import upstream_name

    call = a_call({"tools": [tool]})
    stream = chunk(tool_calls=[fragment(0, "call_a", upstream_name(name), "{}")])
    assert answered(stream, chunk("tool_calls"), call=call)["content"][0]["name"] == name
