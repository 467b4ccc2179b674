"""Only the model's name changes; every other byte stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.protocols.anthropic.splice import splice_model

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(max_size=4), s, max_size=3),
)


@given(st.dictionaries(st.text(max_size=4), values, max_size=4), values, st.text(max_size=8), st.booleans())
def test_the_rest_is_the_same(others: dict[str, Any], said: Any, model: str, first: bool) -> None:
    others.pop("model", None)
    body = {"model": said, **others} if first else {**others, "model": said}
    spliced = json.loads(splice_model(json.dumps(body).encode(), said, model))
    assert spliced == {**body, "model": model}


@pytest.mark.parametrize(
    ("raw", "said", "expected"),
    [
        (b'{"model":"a,b", "n": 1.50}', "a,b", b'{"model":"x", "n": 1.50}'),
        (b' {\n "model" : "a\\"b" }', 'a"b', b' {\n "model" : "x" }'),
        (b'{"n":{"model":"a"},"model":"a"}', "a", b'{"n":{"model":"a"},"model":"x"}'),
        (b'{"model":"a","model":"b"}', "b", b'{"model":"x"}'),
        (b'{"n":1}', None, b'{"n":1,"model":"x"}'),
        (b'{"model":"x"}', "x", b'{"model":"x"}'),
    ],
)
def test_the_bytes_around_it_stay(raw: bytes, said: Any, expected: bytes) -> None:
    assert splice_model(raw, said, "x") == expected
