"""A text is brought to any other value; what is the same stays as it is written."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccr.config import syntax
from ccr.config.saving.rewrite import _towards, rewrite, same
from tests.config.saving.texts import NAMES, VALUES, objects


@given(objects(), st.dictionaries(NAMES, VALUES, max_size=4))
def test_the_text_says_the_value(text: str, value: dict[str, Any]) -> None:
    assert same(syntax.parse(rewrite(text, value)), value)


@given(objects())
def test_the_same_value_is_the_same_text(text: str) -> None:
    assert rewrite(text, syntax.parse(text)) == text


TEXT = """\
{
  // the fast one
  "Providers": [
    {
      "name": "one", // comment one
      "models": ["a"]
    },
    {
      "name": "two", // comment two
      "models": ["b"]
    }
  ]
}
"""


def test_of_an_entry_taken_from_a_list_the_others_keep_their_comments() -> None:
    value = {"Providers": [{"name": "two", "models": ["b", "c"]}]}
    assert rewrite(TEXT, value) == (
        '{\n  // the fast one\n  "Providers": [\n    {\n'
        '      "name": "two", // comment two\n      "models": ["b", "c"]\n    }\n  ]\n}\n'
    )


def test_one_is_not_true() -> None:
    assert rewrite('{"a": 1}', {"a": True}) == '{"a": true}'
    assert rewrite('{"a": 1}', {"a": 1.0}) == '{"a": 1.0}'


@given(objects(), st.dictionaries(NAMES, VALUES, max_size=4))
def test_edits_alone_are_enough(text: str, value: dict[str, Any]) -> None:
    assert same(syntax.parse(_towards(text, (), syntax.parse(text), value)), value)
