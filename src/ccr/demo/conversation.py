"""Reads a Chat Completions request: what the user said last, and whether a tool has just answered."""

from __future__ import annotations

import re
from typing import Any

Message = dict[str, Any]
Payload = dict[str, Any]

_REMINDER = re.compile(r"<system-reminder>.*?</system-reminder>", re.DOTALL)
"""Claude Code wraps its own remarks to the model in these; they are not what the user said."""


def text_of(message: Message) -> str:
    """The words of a message, whose content is a string, a list of parts, or nothing."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part.get("text", "")) for part in parts if isinstance(part, dict)).strip()


def last_turn(messages: list[Message]) -> list[Message]:
    """The messages since the assistant spoke last."""
    for index in range(len(messages) - 1, -1, -1):
        if messages[index]["role"] == "assistant":
            return messages[index + 1 :]
    return messages


def said(messages: list[Message]) -> str:
    """What the user said last, without the client's reminders; empty when it was nothing in words."""
    for message in reversed(last_turn(messages)):
        if message["role"] == "user" and (text := _REMINDER.sub("", text_of(message)).strip()):
            return text
    return ""


def tool_results(messages: list[Message]) -> list[str]:
    """What tools answered since the assistant spoke last."""
    return [text_of(message) for message in last_turn(messages) if message["role"] == "tool"]


def wants_thinking(payload: Payload) -> bool:
    """Whether thinking is asked for, in any of the ways that OpenAI-compatible providers know."""
    thinking = payload.get("thinking")
    if isinstance(thinking, dict):
        return thinking.get("type") != "disabled"
    asked = payload.get("reasoning_effort") or payload.get("reasoning") or payload.get("enable_thinking")
    return bool(asked) and asked != "none"
