"""Places that a mapping names, and conditions on answers."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.mappings import MOST, holds, put


@pytest.mark.parametrize(
    ("target", "after"),
    [
        ("Providers[0].api_key", {"Providers": [{"name": "a", "api_key": 1}]}),
        ("Providers[2].name", {"Providers": [{"name": "a"}, None, {"name": 1}]}),
        ("Router.default", {"Providers": [{"name": "a"}], "Router": {"default": 1}}),
        ("Providers[0].models[1]", {"Providers": [{"name": "a", "models": [None, 1]}]}),
        ("Providers[0].transformer.use[0][1].max", None),
        ("LOG", {"Providers": [{"name": "a"}], "LOG": 1}),
    ],
)
def test_a_place_is_made_where_it_is_not_there(target: str, after: dict[str, Any] | None) -> None:
    config: dict[str, Any] = {"Providers": [{"name": "a"}]}
    assert put(config, target, 1) is None
    assert after is None or config == after


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("", "names no place"),
        ("[0].name", "names no place"),
        ("Providers.name", "does not fit"),
        ("LOG[0]", "does not fit"),
        ("LOG.x", "does not fit"),
        (f"Providers[{MOST}]", "is beyond"),
    ],
)
def test_what_is_no_place_is_told(target: str, said: str) -> None:
    config: dict[str, Any] = {"Providers": [], "LOG": True}
    assert said in (put(config, target, 1) or "")
    assert config == {"Providers": [], "LOG": True}


ANSWERS = {"kind": "cloud", "count": 3, "on": True, "many": ["a"], "text": "10"}


@pytest.mark.parametrize(
    ("field", "operator", "value", "true"),
    [
        ("kind", None, "cloud", True),
        ("kind", "eq", "local", False),
        ("on", "eq", True, True),
        ("on", "eq", 1, False),
        ("kind", "ne", "local", True),
        ("none", "ne", "local", True),
        ("kind", "in", ["local", "cloud"], True),
        ("kind", "in", "cloud", False),
        ("kind", "nin", ["local"], True),
        ("count", "gt", 2, True),
        ("count", "gt", 3, False),
        ("count", "gte", 3, True),
        ("text", "lt", 11, True),
        ("count", "lte", 2, False),
        ("kind", "lt", 5, False),
        ("none", "gt", 0, False),
        ("kind", "exists", None, True),
        ("none", "exists", None, False),
        ("none", "exists", False, True),
        ("kind", "looksLike", "cloud", False),
    ],
)
def test_each_operator(field: str, operator: str | None, value: Any, true: bool) -> None:
    condition = {"field": field, "value": value} | ({"operator": operator} if operator else {})
    assert holds(condition, ANSWERS) is true


def test_all_of_several_must_hold_and_none_is_no_condition() -> None:
    yes, no = {"field": "count", "value": 3}, {"field": "count", "value": 4}
    assert holds([yes, yes], ANSWERS)
    assert not holds([yes, no], ANSWERS)
    assert holds(None, ANSWERS)
    assert holds([], ANSWERS)
