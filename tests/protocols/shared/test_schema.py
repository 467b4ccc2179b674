"""Schemas as plainer readers take them."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.protocols.shared.schema import is_strict, plainest, root

TEXT = {"type": "string"}
OPEN = {"type": "object", "properties": {"a": TEXT}}
CLOSED = {**OPEN, "required": ["a"], "additionalProperties": False}


def test_a_good_root_is_not_copied() -> None:
    assert root(OPEN) is OPEN


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        (None, {"type": "object", "properties": {}}),
        ({}, {"type": "object", "properties": {}}),
        ({"type": "object"}, {"type": "object", "properties": {}}),
        ({**OPEN, "$schema": "https://json-schema.org/draft/2020-12/schema"}, OPEN),
        ({"properties": {"a": TEXT}}, OPEN),
    ],
)
def test_a_root_is_an_object_with_properties(schema: Any, made: dict[str, Any]) -> None:
    assert root(schema) == made


@pytest.mark.parametrize(("union", "required"), [("anyOf", ["a"]), ("oneOf", ["a"]), ("allOf", ["a", "b"])])
def test_a_union_at_the_root_becomes_one_object(union: str, required: list[str]) -> None:
    branches = [{**OPEN, "required": ["a"]}, {"properties": {"a": TEXT, "b": TEXT}, "required": ["a", "b"]}]
    assert root({union: branches}) == {
        "type": "object",
        "properties": {"a": TEXT, "b": TEXT},
        "required": required,
    }


def test_the_plainest_schema_keeps_every_property_and_no_odd_keyword() -> None:
    odd = {
        "type": "object",
        "propertyNames": {"pattern": "x"},
        "properties": {"format": {**TEXT, "format": "date"}},
    }
    assert plainest({"$defs": {"if": odd}, "items": [odd], "enum": [{"if": 1}], "if": {}}) == {
        "$defs": {"if": {"type": "object", "properties": {"format": TEXT}}},
        "items": [{"type": "object", "properties": {"format": TEXT}}],
        "enum": [{"if": 1}],
    }


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (CLOSED, True),
        (OPEN, False),
        ({**CLOSED, "required": []}, False),
        ({**CLOSED, "properties": {"a": OPEN}}, False),
        ({**CLOSED, "properties": {"a": {"anyOf": [CLOSED, {"type": "array", "items": OPEN}]}}}, False),
        ({**CLOSED, "properties": {"a": {"type": "array", "items": CLOSED}}}, True),
        ({"type": "object"}, False),
    ],
)
def test_strictness(schema: dict[str, Any], strict: bool) -> None:
    assert is_strict(schema) is strict
