"""Which tool the demo provider calls, and with what."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.demo.tools import COMMAND, choose, sample, words


def tool(name: str, **properties: dict[str, Any]) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


TEXT = {"type": "string"}
WEATHER = tool("get_weather", city=TEXT)
BASH = tool("Bash", command=TEXT)
READ = tool("Read", file_path=TEXT)
WRITE = tool("Write", file_path=TEXT, content=TEXT)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("What is the weather in Paris?", ("get_weather", {"city": "Paris"})),
        ("please run the tests", ("Bash", {"command": COMMAND})),
        ("Read docs/intro.md, then tell me", ("Read", {"file_path": "docs/intro.md"})),
        ("read /etc/hosts", ("Read", {"file_path": "/etc/hosts"})),
    ],
)
def test_a_tool_that_the_words_mean_is_called(said: str, expected: tuple[str, Any]) -> None:
    assert choose([WRITE, WEATHER, BASH, READ], None, said) == expected


@pytest.mark.parametrize("said", ["Hello!", "write README.md", "read something", ""])
def test_without_a_fitting_and_harmless_tool_none_is_called(said: str) -> None:
    assert choose([WRITE, WEATHER, BASH, READ], "auto", said) is None


def test_tool_choice_none_forbids_a_call() -> None:
    assert choose([WEATHER], "none", "the weather in Rome") is None


def test_tool_choice_required_gets_a_call_whatever_was_said() -> None:
    assert choose([WRITE, WEATHER], "required", "Hello") == ("get_weather", {"city": "Hello"})


def test_a_named_tool_choice_gets_that_tool() -> None:
    choice = {"type": "function", "function": {"name": "Bash"}}
    assert choose([WEATHER, BASH], choice, "weather") == ("Bash", {"command": COMMAND})


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": 7}, 7),
        ({"enum": ["b", "a"]}, "b"),
        ({"type": ["integer", "null"], "minimum": 3}, 3),
        ({"type": "boolean"}, False),
        ({"type": "null"}, None),
        ({"type": "array", "items": {"type": "number"}, "minItems": 2}, [1, 1]),
        ({"anyOf": [{"type": "string", "maxLength": 2}]}, "He"),
        ({"type": "object", "properties": {"a": TEXT, "b": TEXT}, "required": ["b"]}, {"b": "Hello"}),
    ],
)
def test_sampled_values_fit_their_schema(schema: dict[str, Any], value: Any) -> None:
    assert sample(schema, "Hello") == value


def test_an_address_is_taken_from_the_words_and_never_made_up() -> None:
    assert sample(TEXT, "look at https://example.com/x please", "url") == "https://example.com/x"
    with pytest.raises(LookupError):
        sample(TEXT, "look there", "url")


def test_identifiers_are_split_into_words() -> None:
    assert words("mcp__files__ReadFile2") == {"mcp", "files", "read", "file"}
