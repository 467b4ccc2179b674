"""An array's elements come as they complete, wherever its bytes are cut."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccr.protocols.gemini.elements import Elements

values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=8,
)
arrays = st.lists(st.dictionaries(st.text(), values, max_size=3), max_size=4)


@given(arrays, st.sampled_from([None, 1]), st.booleans(), st.integers(1, 9))
def test_elements_are_those_of_the_array(
    array: list[dict[str, Any]], indent: int | None, ascii_only: bool, size: int
) -> None:
    data = json.dumps(array, indent=indent, ensure_ascii=ascii_only).encode()
    elements = Elements()
    found = [e for i in range(0, len(data), size) for e in elements.feed(data[i : i + size])]
    assert [json.loads(element) for element in found] == array


def test_an_element_comes_with_the_byte_that_ends_it() -> None:
    elements = Elements()
    assert elements.feed(b'[{"a": "}\\"') == []
    assert elements.feed(b'"}') == [b'{"a": "}\\""}']
    assert elements.feed(b",\n{}]") == [b"{}"]


def test_what_has_been_read_is_forgotten() -> None:
    elements = Elements()
    elements.feed(b"[")
    for _ in range(100):
        elements.feed(b'{"text": "' + b"x" * 1000 + b'"},\n')
    assert len(elements._pending) < 10
