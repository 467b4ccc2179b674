"""``tooluse``: for models that talk about what they would do instead of calling a tool.

Each answer must be a call; to say something the model calls ``ExitTool``, and the client gets that as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from json import JSONDecoder
from types import MappingProxyType
from typing import Any

from ccr.anthropic.events import BlockDelta, BlockStart, BlockStop, Event, MessageDelta, understood
from ccr.anthropic.request import Body, blocks, tools, wants_thinking
from ccr.transformers.blocks import Blocks, rewritten
from ccr.transformers.contract import Events, Transformer
from ccr.transformers.enhancetool import repaired
from ccr.wire import json

EXIT = "ExitTool"

TOOL: Mapping[str, Any] = MappingProxyType(
    {
        "name": EXIT,
        "description": "Call this when no other tool is needed any more: the task is done, a question has "
        "to be asked, or an answer in words is all that is wanted. What you pass is shown to the user.",
        "input_schema": {
            "type": "object",
            "properties": {"response": {"type": "string", "description": "The whole text for the user."}},
            "required": ["response"],
        },
    }
)

REMINDER = f"""<system-reminder>Tool mode is on. Every reply must be a tool call: choose the tool that \
brings the task forward now, instead of describing what you would do. When no tool fits, or all is done, \
call {EXIT} with your reply as "response" instead of writing it.</system-reminder>"""


class ToolUse(Transformer):
    """Adds the tool, the reminder and the duty to call; turns calls of the tool back into text."""

    name = "tooluse"

    def request(self, body: Body) -> Body:
        choice = body.get("tool_choice") or {"type": "auto"}
        if choice.get("type") != "auto" or not any("input_schema" in tool for tool in tools(body)):
            return body
        body["tools"] = [*body["tools"], dict(TOOL)]
        body["system"] = [*blocks(body.get("system")), {"type": "text", "text": REMINDER}]
        if self.target.provider.protocol != "anthropic" or not wants_thinking(body):
            # Anthropic refuses forced calls while it thinks.
            body["tool_choice"] = {**choice, "type": "any"}
        return body

    def events(self, events: Events) -> Events:
        return rewritten(events, _ExitToText())


class _ExitToText:
    """Rewrites a stream: calls of ``ExitTool`` become text, as they come."""

    def __init__(self) -> None:
        self._blocks = Blocks()
        self._reply: Reply | None = None
        self._gap = ""
        self._called = False
        """Whether there is a call of another tool."""

    def __call__(self, event: Event) -> Iterable[Event]:
        match understood(event):
            case BlockStart(_, {"type": "tool_use", "name": name}):
                if name == EXIT:
                    self._reply = Reply()
                    self._gap = "\n\n" if self._blocks.open == "text" else ""
                    return []
                self._called = True
            case BlockDelta(_, {"partial_json": str(piece)}) if self._reply is not None:
                return self._text(self._reply.feed(piece))
            case BlockStop() if self._reply is not None:
                rest, self._reply = self._reply.end(), None
                return self._text(rest)
            case MessageDelta({"stop_reason": "tool_use"} as delta, usage) if not self._called:
                return self._blocks.relay(MessageDelta({**delta, "stop_reason": "end_turn"}, usage))
        return self._blocks.relay(event)

    def _text(self, text: str) -> list[Event]:
        if not text:
            return []
        gap, self._gap = self._gap, ""
        return self._blocks.text(gap + text)


class Reply:
    """Reads the text out of ``{"response": "…"}``, which comes in pieces cut anywhere."""

    def __init__(self) -> None:
        self._arguments = ""
        self._read = 0
        """How far the string has been read; 0: it has not begun."""

        self._given = ""

    def feed(self, piece: str) -> str:
        """More of the text, as far as it is certain."""
        self._arguments += piece
        if not self._read and (opening := _OPENING.match(self._arguments)):
            self._read = opening.end()
        found = _CHARACTERS.match(self._arguments, self._read) if self._read else None
        if found is None:
            return ""
        self._read = found.end()
        text: str = _string(f'"{found[0]}"')
        self._given += text
        return text

    def end(self) -> str:
        """The rest of the text; whatever the arguments are, nothing of what was said is lost."""
        text = _said(self._arguments)
        return text[len(self._given) :] if text.startswith(self._given) else ""


def _said(arguments: str) -> str:
    """The text in complete arguments, or all of them where there is none."""
    try:
        value = json.decode(arguments)
    except json.JSONError:
        value = json.decode(repaired(arguments)) or arguments
    said = value.get("response", value) if isinstance(value, dict) else value
    if isinstance(said, str):
        return said
    return json.encode(value).decode() if value else ""


_OPENING = re.compile(r'\s*\{\s*"response"\s*:\s*"')
_CHARACTERS = re.compile(
    r'(?:[^"\\]++|\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}'
    r"|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}))*"
)
"""Whole characters of a JSON string: neither escapes nor pairs of surrogates are torn."""

_string = JSONDecoder(strict=False).decode
