"""Schemas stay within Gemini's subsets and keep their properties, whatever they say."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.protocols.gemini.schema import json_schema, open_api

OPEN_API = {
    *("type", "format", "title", "description", "nullable", "enum", "maxItems", "minItems", "properties"),
    *("required", "minProperties", "maxProperties", "minLength", "maxLength", "pattern", "example", "anyOf"),
    *("propertyOrdering", "default", "items", "minimum", "maximum"),
}
JSON_SCHEMA = {
    *("$id", "$defs", "$ref", "$anchor", "type", "format", "title", "description", "enum", "items"),
    *("prefixItems", "minItems", "maxItems", "minimum", "maximum", "anyOf", "oneOf", "properties"),
    *("additionalProperties", "required", "propertyOrdering", "default", "minLength", "maxLength"),
    *("pattern", "uniqueItems", "nullable"),
}


def below(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """A schema and all schemas inside it."""
    inner = [*(schema.get("properties") or {}).values()]
    inner += [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
    inner += [s for key in ("anyOf", "oneOf", "prefixItems") for s in schema.get(key) or ()]
    return [schema, *(found for sub in inner for found in below(sub))]


def names(schema: dict[str, Any]) -> set[str]:
    return {name for sub in below(schema) for name in sub.get("properties") or ()}


def check_open_api(schema: dict[str, Any]) -> None:
    for sub in below(schema):
        assert sub.keys() <= OPEN_API
        assert isinstance(sub.get("type", ""), str)
        assert all(isinstance(value, str) for value in sub.get("enum") or ())
        assert set(sub.get("required") or ()) <= set(sub.get("properties") or ())
        assert sub.get("type") != "array" or "items" in sub
        assert sub.get("type") != "string" or sub.get("format") in (None, "enum", "date-time")


leaves = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            ["string", "integer", "number", "boolean", "null", ["string", "null"], "odd"]
        ),
        "const": st.one_of(st.text(max_size=3), st.integers(), st.none(), st.booleans()),
        "enum": st.lists(st.one_of(st.text(max_size=3), st.integers(), st.none()), min_size=1, max_size=3),
        "format": st.sampled_from(["email", "date-time", "int32"]),
        "exclusiveMinimum": st.one_of(st.integers(0, 9), st.booleans()),
        "maximum": st.one_of(st.integers(0, 9), st.just("9")),
        "multipleOf": st.just(2),
        "default": st.just({"any": 1}),
        "description": st.one_of(st.text(max_size=3), st.just(7)),
        "examples": st.just([1]),
    },
)


def deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas around schemas, also ones that nobody should write."""
    some = st.one_of(inner, st.just({"$ref": "#/$defs/Person"}), st.booleans())
    listed = st.lists(some, min_size=1, max_size=2)
    property_names = st.sampled_from(["a", "type", "$ref", "const", "properties"])
    return st.fixed_dictionaries(
        {"properties": st.dictionaries(property_names, some, max_size=3)},
        optional={
            "type": st.sampled_from(["object", ["object", "array", "null"]]),
            "required": st.lists(st.sampled_from(["a", "type", "missing"]), max_size=2),
            "items": st.one_of(some, listed),
            "prefixItems": listed,
            "anyOf": listed,
            "oneOf": listed,
            "allOf": listed,
            "not": some,
            "patternProperties": st.dictionaries(st.just("^x"), some, max_size=1),
            "additionalProperties": some,
            "propertyNames": some,
            "$schema": st.just("http://json-schema.org/draft-07/schema#"),
        },
    )


PERSON = {
    "type": "object",
    "properties": {"login": {"type": "string"}, "boss": {"$ref": "#/$defs/Person"}},
    "required": ["login"],
}
schemas = st.recursive(leaves, deeper, max_leaves=6).map(lambda s: {**s, "$defs": {"Person": PERSON}})


@given(schemas, st.booleans())
def test_nothing_outside_the_subsets_is_sent(schema: dict[str, Any], root: bool) -> None:
    assert all(sub.keys() <= JSON_SCHEMA for sub in below(json_schema(schema, root=root)))
    check_open_api(open_api(schema, root=root))


@given(schemas)
def test_the_schema_itself_stays_as_it_is(schema: dict[str, Any]) -> None:
    before = copy.deepcopy(schema)
    json_schema(schema, root=True)
    open_api(schema)
    assert schema == before


@given(st.dictionaries(st.text(min_size=1, max_size=5), leaves, max_size=4), st.data())
def test_names_and_required_stay(properties: dict[str, Any], data: st.DataObject) -> None:
    required = data.draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
    schema = {"type": "object", "properties": properties, "required": required}
    for cleaned in (json_schema(schema, root=True), open_api(schema, root=True)):
        assert cleaned["type"] == "object"
        assert list(cleaned["properties"]) == list(properties)
        assert cleaned.get("required", []) == required


@pytest.mark.parametrize("schema", [None, {}, True, [], "object", {"type": "string"}, {"$ref": "#/nowhere"}])
def test_the_parameters_of_a_tool_are_an_object(schema: object) -> None:
    assert json_schema(schema, root=True) == {"type": "object", "properties": {}}


@pytest.mark.parametrize(
    ("schema", "cleaned", "opened"),
    [
        ({"const": "issue"}, {"type": "string", "enum": ["issue"]}, {"type": "string", "enum": ["issue"]}),
        ({"const": True}, {"type": "boolean"}, {"type": "boolean"}),
        (
            {"enum": ["a", None]},
            {"type": ["string", "null"], "enum": ["a"]},
            {"type": "string", "enum": ["a"], "nullable": True},
        ),
        (
            {"type": "integer", "enum": [1, 2]},
            {"type": "integer", "enum": [1, 2]},
            {"type": "integer", "description": "One of: 1, 2."},
        ),
        (
            {"type": ["string", "null"]},
            {"type": ["string", "null"]},
            {"type": "string", "nullable": True},
        ),
        (
            {"type": ["string", "integer"], "description": "Id"},
            {"type": ["string", "integer"], "description": "Id"},
            {"anyOf": [{"type": "string"}, {"type": "integer"}], "description": "Id"},
        ),
        (
            {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            {"type": "integer", "nullable": True},
        ),
        (
            {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10, "maximum": 20},
            {"type": "integer", "minimum": 1, "maximum": 9},
            {"type": "integer", "minimum": 1, "maximum": 9},
        ),
        (
            {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5},
            {"type": "number", "minimum": 0},
            {"type": "number", "minimum": 0},
        ),
        (
            {"type": "string", "format": "email", "minLength": 3},
            {"type": "string", "format": "email", "minLength": 3},
            {"type": "string", "minLength": 3},
        ),
        ({"type": "array"}, {"type": "array", "items": {}}, {"type": "array", "items": {}}),
        (
            {"type": "array", "items": [{"type": "string"}, {"type": "integer"}], "uniqueItems": True},
            {
                "type": "array",
                "prefixItems": [{"type": "string"}, {"type": "integer"}],
                "uniqueItems": True,
            },
            {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
        ),
        (
            {"type": "object", "patternProperties": {"^x": {"type": "string"}}, "additionalProperties": True},
            {"type": "object", "additionalProperties": {"type": "string"}},
            {"type": "object"},
        ),
        (
            {"allOf": [{"properties": {"a": {}}, "required": ["a"]}, {"properties": {"b": {}}}]},
            {"type": "object", "properties": {"b": {}, "a": {}}, "required": ["a"]},
            {"type": "object", "properties": {"b": {}, "a": {}}, "required": ["a"]},
        ),
    ],
)
def test_what_becomes_of_keywords(
    schema: dict[str, Any], cleaned: dict[str, Any], opened: dict[str, Any]
) -> None:
    assert json_schema(schema) == cleaned
    assert open_api(schema) == opened


def test_references_are_written_out_and_end_within_themselves() -> None:
    schema = {
        "properties": {"who": {"$ref": "#/$defs/Person", "description": "Who"}},
        "$defs": {"Person": PERSON},
    }
    who = json_schema(schema)["properties"]["who"]
    assert who["description"] == "Who"
    assert who["properties"] == {"login": {"type": "string"}, "boss": {"type": "object"}}


def test_a_schema_that_is_a_reference_to_itself_ends() -> None:
    assert json_schema({"$ref": "#"}) == {"type": "object"}
    assert json_schema({"allOf": [{"$ref": "#"}], "properties": {"a": {"$ref": "#"}}})["type"] == "object"


def test_references_that_multiply_are_cut_short() -> None:
    doubling = {f"d{n}": {"properties": {k: {"$ref": f"#/$defs/d{n + 1}"} for k in "ab"}} for n in range(40)}
    schema = {"$ref": "#/$defs/d0", "$defs": doubling}
    assert len(below(json_schema(schema))) < 20_000


def test_a_union_at_the_root_of_a_tool_is_one_object() -> None:
    branches = [{"properties": {"a": {}}, "required": ["a"]}, {"properties": {"b": {}}}]
    schema = json_schema({"oneOf": branches}, root=True)
    assert schema["type"] == "object"
    assert names(schema) == {"a", "b"}


def test_only_what_is_described_is_required() -> None:
    schema = {"properties": {}, "required": ["a"], "allOf": [{"type": "string"}]}
    assert "required" not in open_api(schema)
    kept = open_api({"type": "object", "properties": {}, "required": ["a"]})
    assert (kept["required"], list(kept["properties"])) == (["a"], ["a"])
