"""What a provider means to say: one text and one call, as each protocol words it, streamed and at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.e2e.upstream import chat_chunk, sse

PATHS = {"openai-chat": "/v1/chat/completions", "anthropic": "/v1/messages"}
TOOL = {"name": "Read", "input_schema": {"type": "object"}}
USAGE = {"input_tokens": 9, "output_tokens": 5}
CHAT_USAGE = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}


@dataclass(frozen=True)
class Script:
    """``who`` is in all of it, so that a character of another answer is noticed."""

    who: str
    protocol: str

    @property
    def pieces(self) -> tuple[str, ...]:
        return (f"[{self.who}", " größer\n", "als 😀\u2028", " nichts\t]")

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def input(self) -> dict[str, Any]:
        return {"file_path": f"{self.who}.txt", "at": [1, {"ü": None}]}

    @property
    def content(self) -> list[Any]:
        """What a client is to get of it, ids left out."""
        return [self.text, ("Read", self.input)]

    def events(self) -> list[dict[str, Any]]:
        return _anthropic(self) if self.protocol == "anthropic" else _chat(self)

    def frames(self) -> list[bytes]:
        """The whole stream."""
        if self.protocol == "anthropic":
            return sse(*self.events(), named=True)
        usage = {"id": "chatcmpl-1", "model": "up-model", "choices": [], "usage": CHAT_USAGE}
        return sse(*self.events(), usage, done=True)

    def first_content(self) -> int:
        """How many of the frames come before the first word."""
        return 3 if self.protocol == "anthropic" else 1

    def needed(self) -> int:
        """So many of the frames make the answer whole."""
        return len(self.events())

    def message(self) -> dict[str, Any]:
        return _message(self) if self.protocol == "anthropic" else _completion(self)

    def failure(self, kind: str) -> bytes:
        """An error event of a stream."""
        error = {"type": kind, "message": f"{self.who} is torn"}
        if self.protocol == "anthropic":
            return sse({"type": "error", "error": error}, named=True)[0]
        return sse({"error": error | {"code": kind}})[0]


def _pieces_of(value: Any) -> tuple[str, str]:
    whole = json.dumps(value)
    return whole[:14], whole[14:]


def _anthropic(script: Script) -> list[dict[str, Any]]:
    first, second = _pieces_of(script.input)
    start = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": []}
    ends = {"stop_reason": None, "stop_sequence": None, "usage": USAGE}
    call = {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {}}

    def delta(index: int, **said: str) -> dict[str, Any]:
        return {"type": "content_block_delta", "index": index, "delta": said}

    return [
        {"type": "message_start", "message": start | ends},
        {"type": "ping"},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(delta(0, type="text_delta", text=piece) for piece in script.pieces),
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": call},
        delta(1, type="input_json_delta", partial_json=first),
        delta(1, type="input_json_delta", partial_json=second),
        {"type": "content_block_stop", "index": 1},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use", "stop_sequence": None},
            "usage": USAGE,
        },
        {"type": "message_stop"},
    ]


def _chat(script: Script) -> list[dict[str, Any]]:
    first, second = _pieces_of(script.input)
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "Read", "arguments": ""}}

    def said(piece: str) -> dict[str, Any]:
        return chat_chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})

    return [
        chat_chunk({"role": "assistant"}),
        *(chat_chunk({"content": piece}) for piece in script.pieces),
        chat_chunk({"tool_calls": [call]}),
        said(first),
        said(second),
        chat_chunk({}, "tool_calls"),
    ]


def _message(script: Script) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [
            {"type": "text", "text": script.text},
            {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": script.input},
        ],
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": USAGE,
    }


def _completion(script: Script) -> dict[str, Any]:
    function = {"name": "Read", "arguments": json.dumps(script.input)}
    message = {
        "role": "assistant",
        "content": script.text,
        "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
    }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "up-model",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        "usage": CHAT_USAGE,
    }
