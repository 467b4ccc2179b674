"""JSON Schemas of tools, as the plainer readers of other providers take them."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_UNIONS = ("anyOf", "oneOf", "allOf")
_PLAINEST = frozenset((
    "type", "properties", "required", "items", "enum", "const", "description", "title", "default", "nullable",
    "anyOf", "oneOf", "allOf", "$ref", "$defs", "definitions", "additionalProperties", "minimum", "maximum",
    "prefixItems", "minItems", "maxItems", "minLength", "maxLength", "pattern",
))  # fmt: skip
_MAPS = ("properties", "$defs", "definitions")


def root(schema: object) -> Schema:
    """A tool's parameters: always an object with properties, no union at the top, no ``$schema``.

    OpenAI refuses ``anyOf``, ``oneOf`` and ``allOf`` at the root, and objects without ``properties``.
    """
    if not isinstance(schema, dict):
        return {"type": "object", "properties": {}}
    out = schema
    if "$schema" in schema:
        out = schema.copy()
        del out["$schema"]
    if "anyOf" not in out and "oneOf" not in out and "allOf" not in out:
        whole = out.get("type") == "object" and "properties" in out
        return out if whole else {**out, "type": "object", "properties": out.get("properties") or {}}
    return _without_unions(out)


def _without_unions(schema: Schema) -> Schema:
    out = {key: value for key, value in schema.items() if key not in _UNIONS}
    for key in _UNIONS:
        if key in schema:
            _merge(out, schema[key], every=key == "allOf")
    return {**out, "type": "object", "properties": out.get("properties") or {}}


def _merge(out: Schema, branches: object, *, every: bool) -> None:
    """Takes the properties of a union's branches in; required is what every branch wants."""
    found = [b for b in branches if isinstance(b, dict)] if isinstance(branches, list) else []
    merged = dict(out.get("properties") or {})
    for branch in found:
        merged = {**(branch.get("properties") or {}), **merged}
    wanted = [set(branch.get("required") or ()) for branch in found] or [set()]
    needed = set.union(*wanted) if every else set.intersection(*wanted)
    out["properties"] = merged
    out["required"] = [*(out.get("required") or ()), *sorted(needed - set(out.get("required") or ()))]


def plainest(schema: Any) -> Any:
    """The schema without keywords that strict readers do not know, at any depth."""
    if isinstance(schema, list):
        return [plainest(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _plain_value(key, value) for key, value in schema.items() if key in _PLAINEST}


def _plain_value(key: str, value: Any) -> Any:
    if key in _MAPS and isinstance(value, dict):
        return {name: plainest(inner) for name, inner in value.items()}
    return value if key in ("enum", "const", "default", "required") else plainest(value)


def is_strict(schema: Any) -> bool:
    """Whether ``strict: true`` may be said of it: each object closed, each of its properties required."""
    if isinstance(schema, list):
        return all(is_strict(item) for item in schema)
    if not isinstance(schema, dict):
        return True
    if "properties" in schema or schema.get("type") == "object":
        closed = schema.get("additionalProperties") is False
        required, properties = schema.get("required") or [], schema.get("properties") or {}
        listed = isinstance(required, list) and isinstance(properties, dict)
        if not closed or not listed or {*map(str, required)} != {*properties}:
            return False
    inner = [value for key in _MAPS if isinstance(schema.get(key), dict) for value in schema[key].values()]
    return is_strict(inner) and all(is_strict(schema.get(key)) for key in (*_UNIONS, "items"))
