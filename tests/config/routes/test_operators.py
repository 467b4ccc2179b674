"""Operators: the mistakes in them. What they mean is told in ``tests/routing/test_declared.py``."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.routes.operators import MISSING, OPERATORS, read, said, words
from ccr.config.routes.values import Notes

THERE = f"There are: {', '.join(OPERATORS)}."


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({}, f"p: says nothing.\n    {THERE}"),
        ({"prefx": "x"}, 'p.prefx: is no operator.\n    Did you mean "prefix"?'),
        ({"prefix": 3}, "p.prefix: makes no sense: it should be a text (it is 3)."),
        ({"contains": ""}, 'p.contains: makes no sense: it should be a text (it is "").'),
        ({">": "3"}, 'p[">"]: makes no sense: it should be a number (it is "3").'),
        ({"exists": 1}, "p.exists: makes no sense: it should be true or false (it is 1)."),
        ({"in": "x"}, 'p.in: makes no sense: it should be a list (it is "x").'),
        (
            {"regex": "("},
            'p.regex: makes no sense: missing ), unterminated subpattern at position 0 (it is "(").',
        ),
    ],
)
def test_mistakes(value: Any, told: str) -> None:
    notes = Notes()
    assert read(value, "p", notes) is None
    assert [str(problem) for problem in notes.problems] == [told]


@pytest.mark.parametrize("name", OPERATORS)
def test_no_operator_stumbles_over_what_is_missing_or_odd(name: str) -> None:
    operand: Any = {"in": ["x"], "exists": True}.get(name, 3 if name[0] in "<>" else "x")
    holds = read({name: operand}, "p", Notes())
    assert holds is not None
    found = [holds(value) for value in (MISSING, None, True, 3, "", [], [None, {"a": [1]}], {})]
    assert all(isinstance(result, bool) for result in found)


def test_an_empty_list_holds_of_nothing() -> None:
    holds = read([], "p", Notes())
    assert holds is not None
    assert not holds("x")


def test_the_texts_of_a_value() -> None:
    assert (words("a"), words(["a", 1]), words({"prefix": "a"})) == (["a"], ["a"], [])
    assert said({"prefix": "é"}) == '{"prefix": "é"}'
