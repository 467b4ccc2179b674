"""Arguments of tool calls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ccr.protocols.shared.arguments import as_object, as_text


@pytest.mark.parametrize(
    ("arguments", "text"), [('{"a":1}', '{"a":1}'), ({"a": 1}, '{"a":1}'), (None, ""), ({}, "")]
)
def test_arguments_as_text(arguments: object, text: str) -> None:
    assert as_text(arguments) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", {}),
        ("null", {}),
        ('{"a":1}', {"a": 1}),
        (json.dumps('{"a":1}'), {"a": 1}),
        ('{"a":', {"__unparsedToolInput": '{"a":'}),
        ("[1]", {"__unparsedToolInput": "[1]"}),
        ('"words"', {"__unparsedToolInput": '"words"'}),
    ],
)
def test_arguments_are_always_an_object(text: str, value: dict[str, Any]) -> None:
    assert json.loads(as_object(text)) == value


def test_an_object_stays_as_it_was_written() -> None:
    assert as_object('{ "a" : 1.0 }') == '{ "a" : 1.0 }'
