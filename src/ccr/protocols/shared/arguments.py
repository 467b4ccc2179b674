"""Arguments of tool calls as the JSON object that Anthropic's clients want."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.message import UNPARSED
from ccr.wire import json


def as_text(arguments: Any) -> str:
    """Arguments as JSON text: some providers send the object itself; nothing is an empty text."""
    if isinstance(arguments, str):
        return arguments
    return json.encode(arguments).decode() if arguments else ""


def as_object(text: str) -> str:
    """A JSON object, whatever the text is: what is none stands under the key Claude Code reports it by."""
    if text.strip() in ("", "null"):
        return "{}"
    try:
        value = json.decode(text)
        if isinstance(value, dict):
            return text
        if isinstance(value, str):  # an object, encoded twice
            value = json.decode(value)
    except json.JSONError:
        value = None
    return json.encode(value if isinstance(value, dict) else {UNPARSED: text}).decode()
