"""Requests are parsed as JSON is; tools of the same bytes are one object, whatever stands around them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.parsing import KEPT, WORTH_IT, Parser, Tools, made_of
from ccr.wire import json

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda leaf: st.lists(leaf, max_size=4),
)


def body(tools: object, **more: object) -> bytes:
    return msgspec.json.encode({"model": "m", "tools": tools, "messages": [], **more})


def tools(name: str = "Read") -> list[dict[str, object]]:
    return [{"name": name, "description": "x" * WORTH_IT, "input_schema": {"type": "object"}}]


@given(st.dictionaries(st.text(), values), values)
def test_it_reads_what_json_says(rest: dict[str, object], odd: object) -> None:
    for raw in (body(tools(), **rest), body(odd, **rest), body([odd, *tools()], **rest)):
        assert Parser().parse(raw) == json.decode_noting(raw)


def test_the_same_bytes_are_the_same_tools() -> None:
    parser = Parser()
    first, _ = parser.parse(body(tools(), max_tokens=1))
    second, _ = parser.parse(body(tools(), max_tokens=2))
    assert first["tools"] is second["tools"]
    assert type(first["tools"]) is Tools


def test_bytes_that_differ_only_at_their_front_are_other_tools() -> None:
    parser = Parser()
    parser.parse(body(tools("Read")))
    assert parser.parse(body(tools("Edit")))[0]["tools"][0]["name"] == "Edit"
    assert parser.parse(body(tools("Read")))[0]["tools"][0]["name"] == "Read"


def test_only_so_many_are_kept() -> None:
    parser = Parser()
    for n in range(3 * KEPT):
        parser.parse(body([*tools(), {"name": str(n)}]))
    assert len(parser._known) == KEPT


@pytest.mark.parametrize("raw", [b"[1]" + b" " * WORTH_IT, b'"' + b"x" * WORTH_IT + b'"'])
def test_what_is_no_object_is_read_too(raw: bytes) -> None:
    assert Parser().parse(raw) == json.decode_noting(raw)


@pytest.mark.parametrize("raw", [b'{"tools":[' + b"1," * WORTH_IT, b'{"a":' * 5_000])
def test_what_is_no_json_is_told_as_ever(raw: bytes) -> None:
    with pytest.raises(json.JSONError):
        Parser().parse(raw)


def test_lone_surrogates_are_replaced_and_noted() -> None:
    raw = rb'{"messages":["\ud800"],"tools":[' + b'{"name":"x"},' * 500 + b'{"name":"y"}]}'
    value, exact = Parser().parse(raw)
    assert value["messages"] == ["\ufffd"]
    assert not exact


def test_what_is_made_of_shared_tools_is_made_once() -> None:
    shared = Parser().parse(body(tools()))[0]["tools"]
    assert made_of(shared, "copy", list) is made_of(shared, "copy", list)
    assert made_of(shared, "copy", list) is not made_of(shared, "other", list)


def test_what_is_made_of_others_is_made_anew() -> None:
    own = tools()
    assert made_of(own, "copy", list) is not made_of(own, "copy", list)


def test_shared_tools_are_written_as_any_list() -> None:
    shared = Parser().parse(body(tools()))[0]["tools"]
    assert json.encode(shared) == json.encode(tools())
