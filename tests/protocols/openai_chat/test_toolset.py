"""Tools and the choice among them."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.protocols.openai_chat import PROTOCOL
from tests.protocols.openai_chat.support import a_call, encoded

TOOL = {"name": "Read", "input_schema": {"type": "object", "properties": {"a": {"type": "string"}}}}
HOSTED = {"type": "web_search_20250305", "name": "web_search"}


def test_without_tools_nothing_is_said_of_them() -> None:
    body: dict[str, Any] = {"tools": [], "tool_choice": {"type": "any", "disable_parallel_tool_use": True}}
    assert encoded(body) == encoded()


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"type": "auto"}, "auto"),
        ({"type": "any"}, "required"),
        ({"type": "none"}, "none"),
        ({"type": "tool", "name": "Read"}, {"type": "function", "function": {"name": "Read"}}),
        ({"type": "tool", "name": "web_search"}, None),
        ({"type": "?"}, None),
    ],
)
def test_choices(choice: dict[str, Any], said: Any) -> None:
    assert encoded({"tools": [TOOL], "tool_choice": choice}).get("tool_choice") == said


def test_parallel_calls_are_spoken_of_only_to_forbid_them() -> None:
    body: dict[str, Any] = {
        "tools": [TOOL],
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
    }
    assert encoded(body)["parallel_tool_calls"] is False
    assert "parallel_tool_calls" not in encoded(body, parallel_tool_calls=False)
    assert "parallel_tool_calls" not in encoded({"tools": [TOOL], "tool_choice": {"type": "auto"}})


def test_anthropic_s_own_keys_do_not_go_along() -> None:
    more = {"cache_control": {"type": "ephemeral"}, "eager_input_streaming": True, "input_examples": []}
    assert encoded({"tools": [{**TOOL, **more}]}) == encoded({"tools": [TOOL]})


def test_hosted_tools_are_left_out_and_named() -> None:
    call = a_call({"tools": [HOSTED, TOOL]})
    assert [tool["function"]["name"] for tool in PROTOCOL.encode(call)["tools"]] == ["Read"]
    assert call.notes == ["left out tools that only Anthropic runs: web_search"]


def test_a_search_is_switched_on_where_the_provider_has_one() -> None:
    assert encoded({"tools": [HOSTED]}, web_search="plugins")["plugins"] == [{"id": "web"}]
    assert "plugins" not in encoded({"tools": [HOSTED, TOOL]}, web_search="plugins")
    switched = encoded({"tools": [HOSTED]}, web_search="enable_search")
    assert (switched["enable_search"], switched["search_options"]) == (True, {"forced_search": True})
    assert encoded({"tools": [HOSTED]}, web_search="web_search_options")["web_search_options"] == {}


def test_a_search_is_limited_to_domains_where_the_provider_can() -> None:
    tools = [{**HOSTED, "allowed_domains": ["a.example"], "blocked_domains": []}]
    assert encoded({"tools": tools}, web_search="plugins")["plugins"] == [
        {"id": "web", "include_domains": ["a.example"]}
    ]
    call = a_call({"tools": tools}, web_search="web_search_options")
    PROTOCOL.encode(call)
    assert call.notes == ["the search is not limited to domains"]


def test_strict_readers_get_the_plainest_schema() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string", "format": "date"}},
        "propertyNames": {},
    }
    (tool,) = encoded({"tools": [{"name": "Read", "input_schema": schema}]}, strict_schemas=True)["tools"]
    assert tool["function"]["parameters"] == {"type": "object", "properties": {"a": {"type": "string"}}}
