"""JSON as JavaScript clients send it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.wire import json

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_what_is_written_is_read(value: object) -> None:
    assert json.decode(json.encode(value)) == value


def test_lone_surrogates_are_replaced_and_the_rest_kept() -> None:
    assert json.decode(rb'{"a":"x\ud83dy","b":"\ud83d\ude00"}') == {"a": "x\ufffdy", "b": "\U0001f600"}
    assert json.decode(rb'["\udc00"]') == ["\ufffd"]
    assert json.encode({"\ud800k": ["\udfff"]}) == b'{"\xef\xbf\xbdk":["\xef\xbf\xbd"]}'


def test_broken_utf8_is_replaced() -> None:
    assert json.decode(b'{"a":"\xffb"}') == {"a": "\ufffdb"}


def test_it_is_noted_when_something_had_to_be_replaced() -> None:
    assert json.decode_noting(rb'"\ud83d"') == ("\ufffd", False)
    assert json.decode_noting(rb'"\ud83d\ude00"') == ("\U0001f600", True)


@pytest.mark.parametrize("data", [b"", b"{", b"nope", b'"\\ud83d', b'{"a":1}}', b"\xff", b"[" * 100000])
def test_what_is_no_json_raises_one_error(data: bytes) -> None:
    with pytest.raises(json.JSONError):
        json.decode(data)


def test_a_fixed_object_is_written_once_and_copied_whole() -> None:
    value = json.Fixed({"a": {"b": [1]}})
    assert json.text_of(value) is json.text_of(value)
    assert json.encode([json.text_of(value)]) == json.encode([value]) == b'[{"a":{"b":[1]}}]'
    copy = value.copy()
    copy["a"]["b"].append(2)
    assert value == {"a": {"b": [1]}}
