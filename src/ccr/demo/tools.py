"""Which of the offered tools to call, and with which arguments: sensible, harmless, always the same."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

Schema = dict[str, Any]


class ToolCall(NamedTuple):
    name: str
    arguments: dict[str, Any]


# fmt: off
RISKY = frozenset([
    "agent", "browser", "create", "cron", "delete", "edit", "enter", "exit", "fetch", "insert", "kill",
    "move", "multi", "notebook", "plan", "post", "publish", "push", "remove", "rename", "replace",
    "schedule", "send", "skill", "stop", "submit", "task", "todo", "update", "web", "write",
])
# fmt: on
"""A tool with such a word in its name may change or send something: called only when the client insists."""

IDLE = frozenset(["a", "an", "by", "do", "for", "get", "in", "mcp", "of", "on", "the", "to", "tool", "use"])
"""Words in a tool's name that say nothing about what it is for."""

HINTS = {
    "bash": frozenset(["command", "execute", "run", "shell", "terminal"]),
    "glob": frozenset(["files", "list"]),
    "read": frozenset(["open", "show"]),
}
"""More words by which a user may mean a tool that has this word in its name."""

COMMAND = "echo 'Hello from the demo provider'"
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PATH = re.compile(r"(?<![\w/.])[\w.~/-]*(?:/[\w.-]+|\w\.[a-z]{1,5})(?![\w/])")
_URL = re.compile(r"https?://\S+")
_SUBJECT = re.compile(r"\b(?:about|at|for|in|of)\s+(?:the\s+)?([^?.!,;\n]+)", re.IGNORECASE)


def choose(tools: Any, choice: Any, text: str) -> ToolCall | None:
    """The call to make for what the user said; None when no tool is meant.

    ``tools`` and ``choice`` are a request's ``tools`` and ``tool_choice``.
    """
    offered = _functions(tools)
    if not offered or choice == "none":
        return None
    if isinstance(choice, dict):
        named = choice.get("function", {}).get("name")
        return next((_call(tool, text) for tool in offered if tool["name"] == named), None)
    safe = [tool for tool in offered if not words(tool["name"]) & RISKY]
    called = (_call(tool, text) for tool in safe if _meant(tool["name"], text))
    found = next((call for call in called if call is not None), None)
    return _call((safe or offered)[0], text) if found is None and choice == "required" else found


def words(name: str) -> frozenset[str]:
    """The words of an identifier, in lower case: ``get_weather`` and ``GetWeather`` are {get, weather}."""
    return frozenset(word.lower() for word in _WORD.findall(name))


def sample(schema: Schema, text: str, name: str = "") -> Any:
    """A value that fits a JSON schema, taken from the user's words where that makes sense.

    Raises ``LookupError`` for a path or an address when the words hold none: none is ever made up.
    """
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return sample(schema[key][0], text, name)
    return _typed(schema, text, name)


def _functions(tools: Any) -> list[dict[str, Any]]:
    listed = tools if isinstance(tools, list) else []
    functions = [tool.get("function") for tool in listed if isinstance(tool, dict)]
    return [f for f in functions if isinstance(f, dict) and isinstance(f.get("name"), str)]


def _meant(name: str, text: str) -> bool:
    spoken = words(text.lower())
    named = words(name) - IDLE
    hints = frozenset().union(*(HINTS.get(word, ()) for word in named))
    return bool(spoken & (named | hints))


def _call(tool: dict[str, Any], text: str) -> ToolCall | None:
    schema = tool.get("parameters")
    try:
        arguments = _object(schema if isinstance(schema, dict) else {}, text)
    except LookupError:
        return None
    return ToolCall(tool["name"], arguments)


def _object(schema: Schema, text: str) -> dict[str, Any]:
    properties, required = schema.get("properties") or {}, schema.get("required") or ()
    return {name: sample(properties.get(name) or {}, text, name) for name in required}


def _typed(schema: Schema, text: str, name: str) -> Any:
    kinds = schema.get("type")
    match kinds[0] if isinstance(kinds, list) and kinds else kinds:
        case "object":
            return _object(schema, text)
        case "array":
            return [sample(schema.get("items") or {}, text, name)] * int(schema.get("minItems") or 0)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "null":
            return None
    return _string(text, words(name))[: schema.get("maxLength")]


def _string(text: str, name: frozenset[str]) -> str:
    if name & {"command", "cmd", "script"}:
        return COMMAND
    if name & {"pattern", "glob"}:
        return "*"
    if name & {"path", "file", "filename", "directory", "folder"}:
        return _found(_PATH, text)
    if name & {"url", "uri"}:
        return _found(_URL, text)
    subject = _SUBJECT.search(text)
    return (subject.group(1) if subject else text).strip()


def _found(pattern: re.Pattern[str], text: str) -> str:
    if (match := pattern.search(text)) is None:
        raise LookupError(pattern.pattern)
    return match.group()
