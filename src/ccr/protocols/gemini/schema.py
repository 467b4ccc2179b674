"""JSON Schemas within what Gemini takes.

``json_schema`` is for ``parametersJsonSchema`` and ``responseJsonSchema``, ``open_api`` for the older
``parameters`` and ``responseSchema``. Other keywords are refused with a 400, so each is translated, or left
out when that only loosens the schema. Names of properties always stay.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from ccr.protocols.gemini.openapi import as_open_api
from ccr.protocols.shared import schema as shared
from ccr.wire import json

Schema = dict[str, Any]

_SCALARS: dict[str, type] = {
    "title": str,
    "description": str,
    "format": str,
    "pattern": str,
    "minItems": int,
    "maxItems": int,
    "minLength": int,
    "maxLength": int,
    "nullable": bool,
    "uniqueItems": bool,
}
_TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")
_UNIONS = ("anyOf", "oneOf")
_MOST_NODES = 4000
"""References are written out where they stand; a schema that grows beyond this is cut short."""

_DEEPEST = 40


def json_schema(schema: object, *, root: bool = False) -> Schema:
    """Gemini's subset of JSON Schema, kept: not to be changed. ``root``: of a tool, so always an object."""
    return _json_schema(json.encode(schema), root)


def open_api(schema: object, *, root: bool = False) -> Schema:
    """The same in Gemini's subset of OpenAPI 3.0."""
    return _open_api(json.encode(schema), root)


@lru_cache(maxsize=512)
def _json_schema(schema: bytes, root: bool) -> Schema:
    whole = json.decode(schema)
    cleaned = _Cleaner(whole).clean(whole)
    return shared.root(cleaned) if root else cleaned


@lru_cache(maxsize=512)
def _open_api(schema: bytes, root: bool) -> Schema:
    return as_open_api(_json_schema(schema, root))


class _Cleaner:
    """Cleans one schema; references are looked up in all of it."""

    def __init__(self, whole: object) -> None:
        self._whole = whole
        self._left = _MOST_NODES

    def clean(self, schema: object, trail: tuple[str, ...] = (), depth: int = 0) -> Schema:
        """A schema and all below it. ``trail``: the references that led here."""
        self._left -= 1
        if not isinstance(schema, dict) or self._left < 0 or depth > _DEEPEST:
            return {}
        schema, trail = self._resolved(schema, trail)
        schema, trail = self._folded(schema, trail)
        out = {key: schema[key] for key, kind in _SCALARS.items() if _is(schema.get(key), kind)}
        out |= _type(schema) | _bounds(schema)
        if "default" in schema:
            out["default"] = schema["default"]
        out |= self._below(schema, trail, depth + 1)
        if out.get("type") == "array" and not ("items" in out or "prefixItems" in out):
            out["items"] = {}
        return out

    def _resolved(self, schema: Schema, trail: tuple[str, ...]) -> tuple[Schema, tuple[str, ...]]:
        """The schema with what it refers to in place; a reference within itself ends in any object."""
        while isinstance(ref := schema.get("$ref"), str):
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            target = self._target(ref)
            if ref in trail:
                kind = target.get("type", "object")
                return {"type": kind, **{k: v for k, v in beside.items() if k == "description"}}, trail
            schema, trail = {**target, **beside}, (*trail, ref)
        return schema, trail

    def _target(self, ref: str) -> Schema:
        place: Any = self._whole
        for step in ref.removeprefix("#").split("/")[1:]:
            key = unquote(step).replace("~1", "/").replace("~0", "~")
            if isinstance(place, list) and key.isdigit():
                place = dict(enumerate(place)).get(int(key))
            else:
                place = place.get(key) if isinstance(place, dict) else None
        return place if isinstance(place, dict) else {}

    def _folded(self, schema: Schema, trail: tuple[str, ...]) -> tuple[Schema, tuple[str, ...]]:
        """The schema with its ``allOf`` taken in."""
        while isinstance(branches := schema.get("allOf"), list):
            schema = {key: value for key, value in schema.items() if key != "allOf"}
            for branch in branches:
                if isinstance(branch, dict):
                    branch, trail = self._resolved(branch, trail)
                    schema = _both(schema, branch)
        return schema, trail

    def _below(self, schema: Schema, trail: tuple[str, ...], depth: int) -> Schema:
        out: Schema = {}
        properties = schema.get("properties")
        needed = [name for name in _listed(schema.get("required")) if isinstance(name, str)]
        if isinstance(properties, dict) or needed:
            found = {name: self.clean(inner, trail, depth) for name, inner in (properties or {}).items()}
            out["properties"] = {**found, **{name: {} for name in needed if name not in found}}
        if needed:
            out["required"] = list(dict.fromkeys(needed))
        for key in _UNIONS:
            if branches := [self.clean(b, trail, depth) for b in _listed(schema.get(key))]:
                out[key] = branches
        return out | self._items(schema, trail, depth) | self._others(schema, trail, depth)

    def _items(self, schema: Schema, trail: tuple[str, ...], depth: int) -> Schema:
        items = schema.get("items")
        out: Schema = {}
        first = schema.get("prefixItems", items if isinstance(items, list) else None)
        if prefix := [self.clean(item, trail, depth) for item in _listed(first)]:
            out["prefixItems"] = prefix
        if isinstance(items, dict | bool):
            out["items"] = self.clean(items, trail, depth)
        return out

    def _others(self, schema: Schema, trail: tuple[str, ...], depth: int) -> Schema:
        """``additionalProperties``, with ``patternProperties`` told as these."""
        others, patterns = schema.get("additionalProperties"), schema.get("patternProperties")
        named = [v for v in patterns.values() if isinstance(v, dict)] if isinstance(patterns, dict) else []
        if named:
            other = [others] if isinstance(others, dict) else []
            others = named[0] if len(named) + len(other) == 1 else {"anyOf": [*named, *other]}
        if isinstance(others, dict):
            return {"additionalProperties": self.clean(others, trail, depth)}
        return {"additionalProperties": others} if isinstance(others, bool) else {}


def _both(one: Schema, other: Schema) -> Schema:
    """A schema that asks what both ask, as far as that can be said in one."""
    merged = {**other, **one}
    for key in ("properties", "$defs", "patternProperties"):
        if isinstance(one.get(key), dict) and isinstance(other.get(key), dict):
            merged[key] = {**other[key], **one[key]}
    for key in ("required", "allOf"):
        if key in one and key in other:
            merged[key] = [*_listed(one[key]), *_listed(other[key])]
    return merged


def _type(schema: Schema) -> Schema:
    """``type`` and ``enum``: a constant is an enum of one; only texts and figures may be listed."""
    values = [schema["const"]] if "const" in schema else _listed(schema.get("enum"))
    told = schema.get("type")
    types = [t for t in (told if isinstance(told, list) else [told]) if t in _TYPES]
    types = types or list(dict.fromkeys(_TYPE_OF[type(v)] for v in values)) or _implied(schema)
    listed = [v for v in values if type(v) in (str, int, float)]
    if values and None in values and "null" not in types:
        types.append("null")
    out: Schema = {"type": types[0] if len(types) == 1 else types} if types else {}
    if listed and len(listed) + (None in values) == len(values):
        out["enum"] = listed
    return out


_TYPE_OF = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}


def _implied(schema: Schema) -> list[str]:
    if "properties" in schema or "patternProperties" in schema:
        return ["object"]
    return ["array"] if "items" in schema or "prefixItems" in schema else []


def _bounds(schema: Schema) -> Schema:
    """Exclusive bounds as inclusive ones: exact for whole numbers, else as near as can be."""
    step = 1 if schema.get("type") == "integer" else 0
    least = [*_figures(schema, "minimum"), *(bound + step for bound in _figures(schema, "exclusiveMinimum"))]
    most = [*_figures(schema, "maximum"), *(bound - step for bound in _figures(schema, "exclusiveMaximum"))]
    return ({"minimum": max(least)} if least else {}) | ({"maximum": min(most)} if most else {})


def _figures(schema: Schema, key: str) -> list[float]:
    value = schema.get(key)
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def _is(value: object, kind: type) -> bool:
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
