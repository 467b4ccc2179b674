"""What was thought in earlier turns, as Anthropic takes it: only what it signed itself."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.request import Body, blocks, messages
from ccr.anthropic.thinking import is_ours
from ccr.exchange import Call
from ccr.protocols.anthropic import searches
from ccr.protocols.contract import Payload


def needs_cleaning(body: Body) -> bool:
    """Whether an assistant turn holds thinking that Anthropic did not sign."""
    return any(
        not _genuine(block)
        for message in body.get("messages") or ()
        if isinstance(message, dict) and message.get("role") == "assistant"
        for block in message.get("content") or ()
    )


def cleaned(message: Any) -> Any:
    """An assistant turn without thinking blocks that are not Anthropic's."""
    if not isinstance(message, dict) or message.get("role") != "assistant":
        return message
    content = message.get("content")
    if not isinstance(content, list) or all(_genuine(b) for b in content):
        return message
    kept = [b for b in searches.told(content) if _genuine(b)]
    return {**message, "content": kept or [{"type": "text", "text": "(no content)"}]}


def began_unthinking(call: Call) -> bool:
    """Whether the turn that goes on began with a call and no thinking of Claude's.

    Told to think on a budget, Claude refuses such a turn; left to decide how much to think, it takes it.
    """
    thinking = call.body.get("thinking")
    if not isinstance(thinking, dict) or thinking.get("type") != "enabled":
        return False
    said = next((m for m in reversed(messages(call.body)) if m.get("role") == "assistant"), {})
    kinds = [block.get("type") for block in blocks(said.get("content")) if _genuine(block)]
    began = kinds[:1] in (["thinking"], ["redacted_thinking"])
    return "tool_use" in kinds and not began and "claude" in call.target.model.lower()


def without_thinking(body: Payload) -> Payload:
    """The body of a turn in which nothing is thought: an edit of what was thought is refused then."""
    rest = {key: value for key, value in body.items() if key not in ("thinking", "context_management")}
    management = body.get("context_management")
    edits = management.get("edits") if isinstance(management, dict) else None
    kept = [edit for edit in edits or () if "clear_thinking" not in str(edit)]
    return {**rest, "context_management": {**management, "edits": kept}} if management and kept else rest


def _genuine(block: object) -> bool:
    """Signatures of ours are recognisable; an unsigned block comes back from the client with an empty one."""
    if not isinstance(block, dict):
        return True
    if block.get("type") != "thinking":
        return not searches.is_foreign(block)
    signature = block.get("signature")
    return bool(signature) and not is_ours(signature)
