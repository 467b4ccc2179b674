"""``customparams``: missing parameters are added, objects are joined, and the client's own values stay."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccr.transformers.customparams import CustomParams, merged

LEAVES = st.none() | st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2)
OBJECTS = st.recursive(LEAVES, lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3))
PARAMETERS = st.dictionaries(st.sampled_from("abc"), OBJECTS, max_size=3)


def test_a_missing_parameter_is_added_and_a_present_one_stays() -> None:
    edited = CustomParams(top_k=40, temperature=0).payload({"temperature": 1})
    assert edited == {"temperature": 1, "top_k": 40}


def test_objects_are_joined_at_every_depth_and_the_users_values_win_inside() -> None:
    payload = {"extra": {"a": 1, "b": {"c": 2, "d": [1]}}}
    edited = CustomParams(extra={"a": 9, "b": {"d": [2], "e": 3}}).payload(payload)
    assert edited == {"extra": {"a": 9, "b": {"c": 2, "d": [2], "e": 3}}}


@given(PARAMETERS, PARAMETERS)
def test_neither_the_options_nor_what_lies_deeper_in_the_payload_are_written_to(
    options: dict[str, Any], payload: dict[str, Any]
) -> None:
    inside = list(payload.values())
    before = deepcopy((options, inside))
    edited = CustomParams(**options).payload(payload)
    edited.update(deepcopy(edited))
    assert (options, inside) == before


@given(PARAMETERS, PARAMETERS)
def test_what_one_request_gets_is_its_own(options: dict[str, Any], payload: dict[str, Any]) -> None:
    transformer = CustomParams(**options)
    first, second = transformer.payload(deepcopy(payload)), transformer.payload(deepcopy(payload))
    assert first == second
    assert not _shared(first, second)


@given(PARAMETERS)
def test_joined_with_itself_an_object_is_the_same(one: dict[str, Any]) -> None:
    assert merged(one, one) == one
    assert merged({}, one) == one
    assert merged(one, {}) == one


def _shared(one: Any, other: Any) -> bool:
    """Whether a container is part of both."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one is other or any(_shared(one[key], other[key]) for key in one)
    return isinstance(one, list) and one is other
