"""What may stand where a target may: the parts that ``Router`` is read from."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.routes.shapes import Member, Route
from ccr.config.routes.values import Notes, beside, route, split, targets, words


@pytest.mark.parametrize("value", ["a,m", ["a,m"], {"targets": "a,m"}, {"target": ["a,m"]}])
def test_one_target_may_be_written_in_four_ways(value: Any) -> None:
    notes = Notes()
    assert route(value, "p", notes) == Route((Member("a,m"),))
    assert [name for _, name in notes.places] == ["a,m"]
    assert notes.problems == []


def test_what_is_wrong_gives_no_route_but_a_note() -> None:
    odd: list[Any] = [3, None, [], {}, [3], {"targets": []}]
    for value in odd:
        notes = Notes()
        assert route(value, "p", notes) is None
        assert notes.problems


def test_a_split_is_a_weighted_group() -> None:
    notes = Notes()
    assert split({"a,m": 2, "b,m": 0}, "p", notes) == Route((Member("a,m", 2), Member("b,m", 0)), "weighted")
    assert split({}, "p", notes) is None
    assert len(notes.problems) == 1


def test_an_entry_s_own_words_win() -> None:
    made = Route((Member("a,m"),), "weighted", ("b,m",))
    assert beside(made, {}, "p", Notes()) is made
    assert beside(made, {"strategy": "priority", "fallback": []}, "p", Notes()) == Route(
        made.members, fallback=()
    )


def test_lists_may_have_one_member_without_brackets() -> None:
    notes = Notes()
    assert (words("a", "p", notes), words(["a", "b"], "p", notes)) == (("a",), ("a", "b"))
    assert targets("a,m", "p", notes) == ("a,m",)
    assert notes.places == [("p", "a,m")]
    assert words([1], "p", notes) == ()
    assert (
        str(notes.problems[0]) == 'p: should be a list of texts: ["…"], not a list with other things in it.'
    )
