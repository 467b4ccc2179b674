"""Tools and the choice among them."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.dialect import Dialect
from ccr.protocols.openai_responses import tools
from tests.protocols.openai_responses.support import a_call, encoded

READ = {"name": "Read", "description": "Reads.", "input_schema": {"type": "object", "properties": {"p": {}}}}
SEARCH = {"type": "web_search_20250305", "name": "web_search"}


def listed(*offered: dict[str, Any], **about: Any) -> list[dict[str, Any]]:
    return tools.listed(a_call({"tools": list(offered)}, **about))


@pytest.mark.parametrize(
    ("chosen", "sent"),
    [
        ({"type": "auto"}, "auto"),
        ({"type": "any"}, "required"),
        ({"type": "none"}, "none"),
        ({"type": "tool", "name": "Read"}, {"type": "function", "name": "Read"}),
        ({"type": "tool", "name": "web_search"}, "auto"),
        (None, None),
    ],
)
def test_tool_choice(chosen: dict[str, Any] | None, sent: object) -> None:
    assert encoded({"tools": [READ], "tool_choice": chosen}).get("tool_choice") == sent


def test_without_tools_nothing_is_said_of_them() -> None:
    payload = encoded({"tools": [], "tool_choice": {"type": "any", "disable_parallel_tool_use": True}})
    assert not {"tools", "tool_choice", "parallel_tool_calls"} & payload.keys()


def test_parallel_calls_are_spoken_of_only_to_forbid_them() -> None:
    assert "parallel_tool_calls" not in encoded({"tools": [READ], "tool_choice": {"type": "auto"}})
    single = {"tools": [READ], "tool_choice": {"type": "auto", "disable_parallel_tool_use": True}}
    assert encoded(single)["parallel_tool_calls"] is False
    assert "parallel_tool_calls" not in encoded(single, dialect=Dialect(parallel_tool_calls=False))


def test_strict_is_always_said_since_its_default_is_true() -> None:
    closed = {"type": "object", "properties": {"p": {}}, "required": ["p"], "additionalProperties": False}
    made = listed(
        READ, {**READ, "name": "A", "strict": True}, {"name": "B", "strict": True, "input_schema": closed}
    )
    assert [tool["strict"] for tool in made] == [False, False, True]


def test_strict_schemas_are_made_plain() -> None:
    odd = {"name": "A", "input_schema": {"type": "object", "properties": {"p": {"propertyNames": {}}}}}
    assert listed(odd, dialect=Dialect(strict_schemas=True))[0]["parameters"]["properties"] == {"p": {}}


def test_web_search_is_the_providers_where_it_has_one() -> None:
    call = a_call({"tools": [SEARCH, READ]}, dialect=Dialect(web_search="web_search"))
    assert [tool["type"] for tool in tools.listed(call)] == ["function", "web_search"]
    assert call.notes == []


@pytest.mark.parametrize("dialect", [Dialect(), Dialect(web_search="plugins")])
def test_web_search_is_left_out_and_noted_where_there_is_none(dialect: Dialect) -> None:
    call = a_call({"tools": [SEARCH, READ]}, dialect=dialect)
    assert [tool["type"] for tool in tools.listed(call)] == ["function"]
    assert "web_search_20250305" in call.notes[0]


def test_a_choice_of_the_search_is_that_of_some_tool() -> None:
    body = {"tools": [SEARCH], "tool_choice": {"type": "tool", "name": "web_search"}}
    assert encoded(body, dialect=Dialect(web_search="web_search"))["tool_choice"] == "required"


def test_loaded_tools_are_appended() -> None:
    late = {**READ, "name": "Late", "defer_loading": True}
    assert [tool["name"] for tool in listed(late, READ)] == ["Read", "Late"]
