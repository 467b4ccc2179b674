"""Replaces the model's name in a JSON body and leaves every other byte alone.

Re-serialising would change escapes and number forms, and with them the prompt cache's prefix.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from ccr.wire import json

# Clients write `model` as the first key or near it; a nested object with such a key lies deeper.
_FIRST = re.compile(rb'\s*\{\s*"model"\s*:\s*("(?:[^"\\]|\\.)*")')
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def splice_model(raw: bytes, said: object, model: str) -> bytes:
    """``raw`` with its top-level ``model`` (which parsed to ``said``) set to ``model``."""
    if said == model:
        return raw
    new = json.encode(model)
    found = _FIRST.match(raw)
    if found and json.decode(found[1]) == said:
        return raw[: found.start(1)] + new + raw[found.end(1) :]
    return splice(raw, {"model": model})


def splice(raw: bytes, changes: Mapping[str, Any]) -> bytes:
    """``raw`` with top-level members set, or left out where the change is None."""
    members = {
        name: bytes(value) for name, value in _members(raw).items() if changes.get(name, 0) is not None
    }
    members |= {name: json.encode(value) for name, value in changes.items() if value is not None}
    return b"{" + b",".join(json.encode(name) + b":" + value for name, value in members.items()) + b"}"
