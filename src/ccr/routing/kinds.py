"""What a request is for: the client says so in a header when asked to; else its side requests have shapes.

Shapes as measured with the real client 2.1.329 (reference: claude-code.md §2 and §5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ccr.anthropic.request import Body, messages, text_of, tools

Kind = Literal[
    "main",
    "subagent",
    "workflow",
    "compaction",
    "title",
    "hook",
    "classifier",
    "webfetch",
    "websearch",
    "probe",
]

HEADER = "x-claude-code-request-class"
_CLASSES: dict[str, Kind] = {"subagent": "subagent", "workflow": "workflow", "compaction": "compaction"}


def kind_of(body: Body, headers: Mapping[str, str]) -> Kind:
    """What the request is for: by its header where that is exact, else by its shape."""
    said = headers.get(HEADER, "")
    if said in _CLASSES:
        return _CLASSES[said]
    if said != "main" and (side := _side(body)) is not None:
        return side
    return "subagent" if "x-claude-code-agent-id" in headers else "main"


def _side(body: Body) -> Kind | None:
    """Side requests, the cheapest tests first."""
    if not tools(body):
        return _without_tools(body)
    if is_web_search(body) and len(tools(body)) == 1:
        return "websearch"
    return "compaction" if _compacts(body) else None


def _without_tools(body: Body) -> Kind | None:
    if body.get("max_tokens") == 1 and len(messages(body)) == 1:
        return "probe"
    if (schema := _schema(body)) is not None:
        asked = set(schema.get("properties") or ())
        return "title" if asked == {"title"} else "hook" if {"ok", "reason"} <= asked else None
    system = text_of(body.get("system"))
    if "You are a security monitor" in system and body.get("stop_sequences"):
        return "classifier"
    last = _last_text(body)
    if "Web page content:\n---" in last[:200]:
        return "webfetch"
    return "compaction" if _compacts(body) else None


def _schema(body: Body) -> dict[str, Any] | None:
    config = body.get("output_config")
    form = (config.get("format") if isinstance(config, dict) else None) or body.get("output_format")
    schema = form.get("schema") if isinstance(form, dict) else None
    return schema if isinstance(schema, dict) else None


def _compacts(body: Body) -> bool:
    last = _last_text(body)
    return "CRITICAL: Respond with TEXT ONLY" in last[:300] and "summary" in last


def _last_text(body: Body) -> str:
    """The text of the last user message; a system message may stand behind it."""
    for message in reversed(messages(body)):
        if message.get("role") == "user":
            return text_of(message.get("content"))
    return ""


def is_web_search(body: Body) -> bool:
    """The client offers Anthropic's own web search."""
    return any(str(tool.get("type", "")).startswith("web_search") for tool in tools(body))
