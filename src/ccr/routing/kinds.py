"""What a request is for: the client says so in a header when asked to; else its side requests have shapes.

Shapes as measured with the real client 2.1.329 (reference: claude-code.md §2 and §5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccr.anthropic.parsing import made_of
from ccr.anthropic.request import Body, blocks, messages, tools
from ccr.config.routes.shapes import Kind

HEADER = "x-claude-code-request-class"
SUBAGENT_HEADER = "x-claude-code-agent-id"
_CLASSES: dict[str, Kind] = {"subagent": "subagent", "workflow": "workflow", "compaction": "compaction"}
_COMPACT = "CRITICAL: Respond with TEXT ONLY"
_MONITOR = "You are a security monitor"
_HOOK = frozenset({"ok", "reason", "impossible"})
_NO_NAMES: frozenset[str] = frozenset()


def kind_of(body: Body, headers: Mapping[str, str]) -> Kind:
    """What the request is for: by its header where that is exact, else by its shape."""
    said = headers.get(HEADER, "")
    if said in _CLASSES:
        return _CLASSES[said]
    if said != "main" and (side := _side(body)) is not None:
        return side
    if said == "auxiliary":
        return "auxiliary"
    return "subagent" if SUBAGENT_HEADER in headers or _says_subagent(body) else "main"


def is_web_search(body: Body) -> bool:
    """The client offers Anthropic's own web search."""
    return made_of(tools(body), "web search", _has_web_search)


def _has_web_search(listed: list[dict[str, Any]]) -> bool:
    return any(str(tool.get("type", "")).startswith("web_search") for tool in listed)


def _side(body: Body) -> Kind | None:
    """Side requests, the cheapest tests first."""
    offered, answer = tools(body), _answer(body)
    if not offered:
        return _without_tools(body, answer)
    if answer >= _HOOK:  # it has the conversation it judges
        return "hook"
    if len(offered) == 1 and is_web_search(body):
        return "websearch"
    return "compaction" if _compacts(body) else None


def _without_tools(body: Body, answer: frozenset[str]) -> Kind | None:
    if body.get("max_tokens") == 1 and len(messages(body)) == 1:
        return "probe"
    if answer:
        return "title" if answer == {"title"} else "hook" if {"ok", "reason"} <= answer else None
    if any(_monitors(block.get("text"), body) for block in blocks(body.get("system"))):
        return "classifier"
    if any("Web page content:\n---" in text[:200] for text in _last_texts(body)):
        return "webfetch"
    return "compaction" if _compacts(body) else None


def _answer(body: Body) -> frozenset[str]:
    """The names of what the answer must have, where a JSON schema asks for an object."""
    config = body.get("output_config")
    form = (config.get("format") if isinstance(config, dict) else None) or body.get("output_format")
    if not isinstance(form, dict):
        return _NO_NAMES
    schema = form.get("schema")
    asked = schema.get("properties") if isinstance(schema, dict) else None
    return frozenset(asked) if isinstance(asked, dict) else _NO_NAMES


def _monitors(text: object, body: Body) -> bool:
    """The classifier of auto mode; its second stage has no stop sequences."""
    if not isinstance(text, str) or (start := text.find(_MONITOR)) < 0:
        return False
    return bool(body.get("stop_sequences")) or "coding agent" in text[start : start + 200]


def _compacts(body: Body) -> bool:
    return any(_COMPACT in text[:300] and "summary" in text for text in _last_texts(body))


def _last_texts(body: Body) -> list[str]:
    """The texts of the last user message, the last first; a system message may stand behind it."""
    sent = body.get("messages")
    for message in reversed(sent if isinstance(sent, list) else []):
        if isinstance(message, dict) and message.get("role") == "user":
            said = message.get("content")
            parts = reversed(said) if isinstance(said, list) else (said,)
            texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
            return [text for text in texts if isinstance(text, str)]
    return []


def _says_subagent(body: Body) -> bool:
    """The billing line in front says so even where headers are not asked for."""
    system = body.get("system")
    first: object = system[0] if isinstance(system, list) and system else system
    text = first.get("text") if isinstance(first, dict) else first
    return isinstance(text, str) and text.startswith("x-anthropic-") and "cc_is_subagent=true" in text
