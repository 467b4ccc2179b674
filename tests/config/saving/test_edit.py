"""Editing a JSON5 text: the value becomes what was asked for, and the rest of the text stays as it was."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.config import syntax
from ccr.config.saving import edit
from ccr.config.saving.edit import Place
from ccr.config.saving.rewrite import same
from tests.config.saving.texts import VALUES, objects, places

COMMENTED = """\
// my router
{
  // where it listens
  PORT: 3456, // the usual
  "Providers": [
    { "name": "one", "api_key": "$ONE_KEY", "models": ["a", "b"] }, // the first
    // the second is local
    { "name": "two", "models": [] }
  ],
  'Router': { default: 'one,a' } /* that is all */
}
"""


def placed(value: Any, place: Place, new: Any) -> Any:
    """What ``put`` should make of a value."""
    value = copy.deepcopy(value)
    here = value
    for step in place[:-1]:
        here = here[step]
    if isinstance(here, list) and place[-1] == len(here):
        here.append(new)
    else:
        here[place[-1]] = new
    return value


def without(value: Any, place: Place) -> Any:
    value = copy.deepcopy(value)
    here = value
    for step in place[:-1]:
        here = here[step]
    del here[place[-1]]
    return value


@given(objects(), VALUES, st.data())
def test_putting_a_value_changes_that_place_and_nothing_else(
    text: str, new: Any, data: st.DataObject
) -> None:
    value = syntax.parse(text)
    place = data.draw(places(value, grow=True))
    edited = edit.put(text, place, new)
    assert same(syntax.parse(edited), placed(value, place, new))


@given(objects(), st.data())
def test_removing_takes_away_that_place_and_nothing_else(text: str, data: st.DataObject) -> None:
    value = syntax.parse(text)
    place = data.draw(places(value, grow=False))
    assert same(syntax.parse(edit.remove(text, place)), without(value, place) if place else value)


@given(objects(), st.data())
def test_replacing_leaves_every_other_character(text: str, data: st.DataObject) -> None:
    value = syntax.parse(text)
    place = data.draw(places(value, grow=False))
    edited = edit.put(text, place, "a mark that is found again")
    before, mark, after = edited.partition('"a mark that is found again"')
    assert mark
    assert text.startswith(before)
    assert text.endswith(after)


@pytest.mark.parametrize(
    ("place", "value", "old", "new"),
    [
        (["PORT"], 4000, "PORT: 3456,", "PORT: 4000,"),
        (["Providers", 0, "models", 1], "c", '["a", "b"]', '["a", "c"]'),
        (["Providers", 0, "models", 2], "c", '["a", "b"]', '["a", "b", "c"]'),
        (["Router", "think"], "two,t", "{ default: 'one,a' }", '{ default: \'one,a\', "think": "two,t" }'),
        (["LOG"], False, " /* that is all */\n", ', /* that is all */\n  "LOG": false\n'),
        (
            ["Providers", 2],
            {"name": "three"},
            '{ "name": "two", "models": [] }\n',
            '{ "name": "two", "models": [] },\n    {\n      "name": "three"\n    }\n',
        ),
    ],
)
def test_what_is_written_looks_like_its_neighbours(place: Place, value: Any, old: str, new: str) -> None:
    assert edit.put(COMMENTED, place, value) == COMMENTED.replace(old, new)


@pytest.mark.parametrize(
    ("place", "old"),
    [
        (["PORT"], "  PORT: 3456, // the usual\n"),
        (
            ["Providers", 0],
            '    { "name": "one", "api_key": "$ONE_KEY", "models": ["a", "b"] }, // the first\n',
        ),
        (["Nothing"], ""),
        (["Providers", 7, "name"], ""),
    ],
)
def test_a_line_that_is_removed_takes_its_remark_along(place: Place, old: str) -> None:
    assert edit.remove(COMMENTED, place) == COMMENTED.replace(old, "") if old else COMMENTED


def test_objects_on_the_way_are_made() -> None:
    assert edit.put("{}", ["Router", "agents", "planner"], "a,b") == (
        '{\n  "Router": {\n    "agents": {\n      "planner": "a,b"\n    }\n  }\n}'
    )


def test_lines_end_as_they_do_in_the_file() -> None:
    text = '{\r\n\t"a": 1 // one\r\n}\r\n'
    assert edit.put(text, ["b"], 2) == '{\r\n\t"a": 1, // one\r\n\t"b": 2\r\n}\r\n'
    assert edit.remove(edit.put(text, ["b"], 2), ["b"]) == '{\r\n\t"a": 1 // one\r\n}\r\n'


def test_of_keys_written_twice_the_last_counts_and_all_go() -> None:
    text = '{"a": 1, "a": 2}'
    assert edit.put(text, ["a"], 3) == '{"a": 1, "a": 3}'
    assert syntax.parse(edit.remove(text, ["a"])) == {}


def test_there_is_no_place_inside_a_text_or_far_behind_a_list() -> None:
    places: list[Place] = [["PORT", "x"], ["Providers", 9], ["Providers", "one"], ["New", 3]]
    for place in places:
        with pytest.raises(edit.NoPlace):
            edit.put(COMMENTED, place, 1)


@given(st.text())
def test_every_text_can_be_written_to_a_file(text: str) -> None:
    assert json.loads(edit.dumps(text).encode()) == text


def test_half_a_surrogate_pair_is_written_as_an_escape() -> None:
    assert edit.dumps("\ud800") == '"\\ud800"'
