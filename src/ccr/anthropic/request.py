"""The parts of a Messages request that the router reads. Everything else is carried, never checked.

A request is a plain JSON dict: new fields and block types of tomorrow's clients pass through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

import msgspec

from ccr.anthropic.parsing import Tools

Block = dict[str, Any]
Message = dict[str, Any]


class Body(TypedDict, total=False):
    """A Messages request as it was parsed. Clients send many more keys than are named here."""

    model: str
    messages: list[Message]
    system: str | list[Block]
    tools: list[dict[str, Any]]
    tool_choice: dict[str, Any]
    max_tokens: int
    stream: bool
    thinking: dict[str, Any]
    metadata: dict[str, Any]
    stop_sequences: list[str]
    temperature: float
    top_p: float
    top_k: int
    output_config: dict[str, Any]
    output_format: dict[str, Any]
    context_management: dict[str, Any]
    mcp_servers: list[dict[str, Any]]


def blocks(content: object) -> list[Block]:
    """Content in its long form: a string is one text block, None and odd things are none."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content else []
    if isinstance(content, list):
        return [
            item if isinstance(item, dict) else _text(item) for item in content if isinstance(item, _KINDS)
        ]
    return []


_KINDS = (dict, str)


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def messages(body: Body) -> list[Message]:
    """The messages that are objects; a missing or odd list is empty."""
    found = body.get("messages")
    return [m for m in found if isinstance(m, dict)] if isinstance(found, list) else []


def tools(body: Body) -> list[dict[str, Any]]:
    """The tools that are objects."""
    found = body.get("tools")
    if type(found) is Tools:
        return found
    return [t for t in found if isinstance(t, dict)] if found and isinstance(found, list) else []


def text_of(content: object, joint: str = "\n") -> str:
    """All text of some content, one block after the other."""
    return joint.join(b["text"] for b in blocks(content) if isinstance(b.get("text"), str) and b["text"])


def tool_ids(body: Body) -> set[str]:
    """The ids of all tool calls so far."""
    return {
        block["id"]
        for message in messages(body)
        if message.get("role") == "assistant"
        for block in _listed(message.get("content"))
        if isinstance(block, dict) and block.get("type") == "tool_use" and isinstance(block.get("id"), str)
    }


def _listed(content: object) -> Iterable[object]:
    return content if isinstance(content, list) else ()


def wants_thinking(body: Body) -> bool:
    """Thinking is asked for; ``{"type": "disabled"}`` is not."""
    thinking = body.get("thinking")
    return isinstance(thinking, dict) and thinking.get("type") in ("enabled", "adaptive")


def session_of_user(user_id: object) -> str | None:
    """The session inside ``metadata.user_id``: JSON with ``session_id``, or ``user_…_session_<uuid>``."""
    if not isinstance(user_id, str):
        return None
    if user_id.startswith("{"):
        try:
            session = msgspec.json.decode(user_id).get("session_id")
        except (msgspec.DecodeError, AttributeError):
            return None
        return session if isinstance(session, str) and session else None
    _, found, session = user_id.partition("_session_")
    return session if found and session else None
