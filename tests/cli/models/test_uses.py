"""Transformers of an entry, whichever way they are written."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.cli.models import uses
from ccr.cli.models.entries import Refused


@pytest.mark.parametrize("written", ["x", ["x"], {"use": ["x"]}, {"use": [["x", {}]]}])
def test_one_is_added_behind_those_there_are(written: Any) -> None:
    entry = uses.with_use({"name": "p", "transformer": written}, "y", {"n": 1})
    assert uses.uses_of(entry) == [("x", {}), ("y", {"n": 1})]
    assert entry["transformer"]["use"] == ["x", ["y", {"n": 1}]]


def test_one_that_is_there_gets_other_options_in_its_place() -> None:
    entry = {"name": "p", "transformer": {"use": ["X", "y"]}}
    assert uses.uses_of(uses.with_use(entry, "x", {"n": 1})) == [("x", {"n": 1}), ("y", {})]


def test_a_model_has_its_own_beside() -> None:
    entry = uses.with_use({"name": "p", "transformer": "x"}, "y", {}, "m")
    assert entry["transformer"] == {"use": "x", "m": {"use": ["y"]}}
    assert uses.models_with_uses(entry) == ["m"]
    assert uses.without_use(entry, "Y", "m")["transformer"] == {"use": "x"}


def test_those_of_the_preset_stay_when_the_first_is_written() -> None:
    assert uses.uses_of(uses.with_use({"name": "p"}, "y", {}, usual=["x"])) == [("x", {}), ("y", {})]
    assert uses.with_use({"name": "p"}, "y", {}, "m", usual=["x"])["transformer"] == {
        "use": ["x"],
        "m": {"use": ["y"]},
    }


def test_one_that_is_not_used_cannot_be_taken_out() -> None:
    with pytest.raises(Refused, match="It uses: x"):
        uses.without_use({"name": "p", "transformer": "x"}, "y")
