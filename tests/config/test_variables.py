from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.config.variables import Unset, child, interpolate

ENV = {"HOME": "/home/ada", "KEY": "s3cret", "_X9": "under", "lower": "low", "EMPTY": ""}


def fill(value: Any) -> Any:
    return interpolate(value, ENV.get)[0]


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("$KEY", "s3cret"),
        ("${KEY}", "s3cret"),
        ("$HOME/plugins/$KEY.js", "/home/ada/plugins/s3cret.js"),
        ("$KEYless", "s3cretless"),
        ("${lower}", "low"),
        ("$_X9", "under"),
        ("${KEY:-other}", "s3cret"),
        ("${NOT_SET:-other}", "other"),
        ("${NOT_SET:-}", ""),
        ("${EMPTY:-other}", "other"),
        ("$$KEY", "$KEY"),
        ("$$$KEY", "$s3cret"),
        ("100$$", "100$"),
        # what the original left alone stays alone
        ("$lower", "$lower"),
        ("pa$sword", "pa$sword"),
        ("$5.00", "$5.00"),
        ("^a$", "^a$"),
        ("${{ secrets.KEY }}", "${{ secrets.KEY }}"),
        ("$NOT_SET", "$NOT_SET"),
        ("$EMPTY", "$EMPTY"),
    ],
)
def test_forms_of_variables(text: str, filled: str) -> None:
    assert fill(text) == filled


def test_every_string_is_filled_and_nothing_else() -> None:
    value = {"$KEY": ["$KEY", {"a": "$KEY"}, 1, True, None, 1.5]}
    assert fill(value) == {"$KEY": ["s3cret", {"a": "s3cret"}, 1, True, None, 1.5]}


def test_unset_variables_are_told_with_their_places() -> None:
    _, unset = interpolate({"a": ["x", "$ONE ${TWO}"], "b c": {"d": "$EMPTY"}}, ENV.get)
    assert unset == [Unset("a[1]", "ONE"), Unset("a[1]", "TWO"), Unset('["b c"].d', "EMPTY")]


def test_paths_are_written_as_one_would_write_them() -> None:
    path = child(child(child("", "Providers"), 0), "transformer")
    assert child(path, "use") == "Providers[0].transformer.use"
    assert child(path, "qwen/qwen3:8b") == 'Providers[0].transformer["qwen/qwen3:8b"]'


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def escaped(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, list):
        return [escaped(item) for item in value]
    return {key: escaped(item) for key, item in value.items()} if isinstance(value, dict) else value


@given(JSON)
def test_what_is_escaped_comes_out_as_it_was_meant(value: Any) -> None:
    assert interpolate(escaped(value), ENV.get) == (value, [])


@given(st.text(st.characters(exclude_characters="$")))
def test_text_without_a_dollar_sign_is_never_touched(text: str) -> None:
    assert fill(text) == text


@given(st.text(), st.text())
def test_values_are_not_looked_at_again(before: str, value: str) -> None:
    before = before.replace("$", "")
    filled, _ = interpolate(f"{before}${{KEY}}", {"KEY": value}.get)
    assert filled == before + (value or "${KEY}")


@given(JSON)
def test_the_value_given_is_never_changed(value: Any) -> None:
    before = repr(value)
    interpolate(value, lambda _: "x")
    assert repr(value) == before
