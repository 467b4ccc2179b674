"""The JSON Schema of a configuration, as people may write it, and its copy beside the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ccr.config import schema
from ccr.config.saving import files

NAME = "config.schema.json"
REFERENCE = f"./{NAME}"
"""What ``$schema`` of the file says."""

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WRITTEN: Schema = {"type": "string", "pattern": r"\$|^\s*\d"}
"""A variable may stand for a value of any kind, and numbers may stand in quotes, with units behind them."""

SWITCH: Schema = {"type": "boolean"}
"""A part that may be left out may also be switched on or off."""

NOTHING: Schema = {"enum": [None, ""]}
"""What the original's interface leaves behind for what is not set."""

OTHERWISE: Schema = {"$ref": "#/$defs/Otherwise"}
"""What may stand in the place of any value: a variable, a number in quotes, nothing."""


def document() -> Schema:
    """The schema as a document of its own."""
    found = schema.json_schema()
    definitions = {name: _loosened(one) for name, one in found.pop("$defs").items()}
    definitions["Otherwise"] = {"anyOf": [WRITTEN, NOTHING]}
    definitions["Provider"] = _of_provider(definitions["Provider"])
    whole = _loosened(found)
    whole["properties"] = {"$schema": TEXT} | whole["properties"] | _clients()
    whole["properties"]["PROXY_URL"] = TEXT | {"description": "The proxy that providers are reached by."}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Claude Code Router"}
    return head | {key: value for key, value in whole.items() if key != "title"} | {"$defs": definitions}


def beside(path: Path) -> Path:
    """Writes the schema into the folder of the configuration at ``path``. Raises ``OSError``."""
    target = path.with_name(NAME)
    files.write(target, json.dumps(document(), ensure_ascii=False) + "\n")
    return target


def _loosened(found: Mapping[str, Any]) -> Schema:
    """Each property may also be a variable, or nothing."""
    properties = {name: _any_of(one) for name, one in found.get("properties", {}).items()}
    return {**found, "properties": properties} if properties else dict(found)


def _any_of(found: Schema, *others: Schema) -> Schema:
    """The same, or one of the others; what is said about it stays outside."""
    said: Schema = {key: found[key] for key in ("title", "description", "default") if key in found}
    inner = {key: value for key, value in found.items() if key not in said}
    if any("$ref" in one for one in inner.get("anyOf", ())):
        others = (*others, SWITCH)
    return {**said, "anyOf": [inner, *others, OTHERWISE]} if inner else found


def _of_provider(found: Schema) -> Schema:
    """What the validator takes beside the form it brings all into: names of models alone, keys alone, …"""
    known = found["properties"]
    keys = {"type": "array", "items": {"anyOf": [TEXT, {"$ref": "#/$defs/Key"}]}}
    models = {"type": "array", "items": {"anyOf": [TEXT, {"$ref": "#/$defs/Model"}]}}
    plain = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
    loose = {
        "models": {"anyOf": [models, *known["models"]["anyOf"], TEXT]},
        "api_key": {"anyOf": [TEXT, keys, {"$ref": "#/$defs/Key"}, {"type": "null"}]},
        "headers": plain,
        "query": plain,
    }
    return {**found, "properties": known | loose}


def _clients() -> Schema:
    return {"APIKEYS": {"type": "array", "items": {"anyOf": [TEXT, {"$ref": "#/$defs/Client"}]}}}
