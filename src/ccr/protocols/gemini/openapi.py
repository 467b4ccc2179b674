"""The older form of schemas: Gemini's subset of OpenAPI 3.0, made of its subset of JSON Schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_KEPT = (
    "title", "description", "default", "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum",
    "pattern", "nullable", "required",
)  # fmt: skip
_FORMATS = {
    "string": ("enum", "date-time"),
    "number": ("float", "double"),
    "integer": ("int32", "int64"),
}


def as_open_api(schema: Schema) -> Schema:
    """The schema without lists of types, ``null``, open maps and enums of figures."""
    out = {key: schema[key] for key in _KEPT if key in schema}
    branches = [*(schema.get("anyOf") or ()), *(schema.get("oneOf") or ())]
    types = _types(schema)
    if len(types) > 1:
        branches += [{**_apart(schema, kind), "type": kind} for kind in types]
        out = {key: value for key, value in out.items() if key in ("title", "description", "default")}
    elif types:
        out |= {"type": types[0], **_of_type(schema, types[0])}
    return _with_known_names(_united(out, branches, nullable="null" in _all_types(schema)))


def _with_known_names(schema: Schema) -> Schema:
    """Only a property that is described may be required."""
    required = [name for name in schema.get("required") or () if name in schema.get("properties", ())]
    rest = {key: value for key, value in schema.items() if key != "required"}
    return {**rest, "required": required} if required else rest


def _of_type(schema: Schema, kind: str) -> Schema:
    out: Schema = {}
    if schema.get("format") in _FORMATS.get(kind, ()):
        out["format"] = schema["format"]
    if schema.get("enum"):
        out |= _enum(schema, kind)
    if kind == "object" and "properties" in schema:
        out["properties"] = {name: as_open_api(inner) for name, inner in schema["properties"].items()}
    if kind == "array":
        out["items"] = _items(schema)
    return out


def _enum(schema: Schema, kind: str) -> Schema:
    """Texts can be listed; figures are told in words."""
    if kind == "string":
        return {"enum": [str(value) for value in schema["enum"]]}
    told = "One of: " + ", ".join(str(value) for value in schema["enum"]) + "."
    return {"description": f"{schema.get('description') or ''} {told}".strip()}


def _items(schema: Schema) -> Schema:
    """What an array holds; of a tuple, any of its places."""
    places = [*(schema.get("prefixItems") or ()), *([schema["items"]] if schema.get("items") else ())]
    if not places:
        return {}
    return as_open_api(places[0] if len(places) == 1 else {"anyOf": places})


def _united(out: Schema, branches: list[Schema], *, nullable: bool) -> Schema:
    """``anyOf`` without branches that only say null; a single branch is the schema itself."""
    said = [as_open_api(branch) for branch in branches if _all_types(branch) != ["null"]]
    nullable = nullable or len(said) < len(branches)
    if len(said) == 1 and not said[0].keys() & out.keys() - {"title", "description"}:
        out = {**said[0], **out}
    elif said:
        out["anyOf"] = said
    return {**out, "nullable": True} if nullable else out


def _apart(schema: Schema, kind: str) -> Schema:
    """What a schema of several types says of one of them."""
    out = {
        key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "description", "title")
    }
    if kind == "object" or "properties" not in out:
        return out
    return {key: value for key, value in out.items() if key not in ("properties", "required")}


def _types(schema: Schema) -> list[str]:
    return [kind for kind in _all_types(schema) if kind != "null"]


def _all_types(schema: Schema) -> list[str]:
    kind = schema.get("type")
    return kind if isinstance(kind, list) else [kind] if kind else []
