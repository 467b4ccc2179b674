"""JSON5 texts as people might write them, and places in their values."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from ccr.config.saving.edit import Step

SPACE = st.sampled_from(
    ["", "", " ", "\n", "\n  ", "\t", " // note, {\n", "/* x: [ */", "\r\n", " // c\r\n    "]
)
NAMES = st.sampled_from(["a", "b", "Providers", "a.b", "key with space", "ключ", "x'y", 'q"q', "$v", "//no"])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["$KEY", "https://a.example/v1", "/* no */", "it's", "'", '"', "\\", "…"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def objects(draw: st.DrawFn) -> str:
    """The text of an object."""
    value = draw(st.dictionaries(NAMES, VALUES, max_size=4))
    return f"{draw(SPACE)}{_text(draw, value)}{draw(SPACE)}"


@st.composite
def places(draw: st.DrawFn, value: Any, *, grow: bool) -> list[Step]:
    """A place in an object; with ``grow`` also one that is not there yet."""
    place: list[Step] = []
    while True:
        steps: list[Step] = list(value) if isinstance(value, dict) else list(range(len(value)))
        if grow:
            steps += ["new"] if isinstance(value, dict) else [len(value)]
        if not steps:
            return place
        step = draw(st.sampled_from(steps))
        place.append(step)
        if step == "new" or (isinstance(value, list) and step == len(value)):
            return place
        value = value[step]
        if not isinstance(value, dict | list) or draw(st.booleans()):
            return place


def _text(draw: st.DrawFn, value: Any) -> str:
    if isinstance(value, dict):
        return _closed(
            draw,
            "{}",
            [
                f"{_key(draw, key)}{draw(SPACE)}:{draw(SPACE)}{_text(draw, item)}"
                for key, item in value.items()
            ],
        )
    if isinstance(value, list):
        return _closed(draw, "[]", [_text(draw, item) for item in value])
    return _string(draw, value) if isinstance(value, str) else json.dumps(value)


def _closed(draw: st.DrawFn, brackets: str, entries: list[str]) -> str:
    spaced = [f"{draw(SPACE)}{entry}{draw(SPACE)}" for entry in entries]
    tail = draw(st.sampled_from(["", ","])) + draw(SPACE) if entries else draw(SPACE)
    return f"{brackets[0]}{','.join(spaced)}{tail}{brackets[1]}"


def _key(draw: st.DrawFn, key: str) -> str:
    return key if key.isidentifier() and draw(st.booleans()) else _string(draw, key)


def _string(draw: st.DrawFn, text: str) -> str:
    if draw(st.booleans()) or not text.isprintable() or set(text) & {"\\", "'", '"'}:
        return json.dumps(text, ensure_ascii=draw(st.booleans()))
    return f"'{text}'"
