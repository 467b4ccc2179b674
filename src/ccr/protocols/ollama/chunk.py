"""What is read of a line. Leaves are ``Any``: callers look."""

from __future__ import annotations

from typing import Any

import msgspec

from ccr.wire import json


class Function(msgspec.Struct, gc=False):
    name: Any = None
    arguments: Any = None


class ToolCall(msgspec.Struct, gc=False):
    id: Any = None
    function: Function | None = None


class Message(msgspec.Struct, gc=False):
    content: Any = None
    thinking: Any = None
    tool_calls: list[ToolCall | None] | None = None


class Chunk(msgspec.Struct, gc=False):
    message: Message | None = None
    done: Any = None
    done_reason: Any = None
    prompt_eval_count: Any = None
    eval_count: Any = None
    error: Any = None


_decode = msgspec.json.Decoder(Chunk).decode


def read(data: bytes) -> Chunk:
    """The chunk in a JSON text. Raises ``JSONError`` when it is none."""
    try:
        return _decode(data)
    except json.FAULTS:
        value = json.decode(data)
    try:
        return msgspec.convert(value, Chunk)
    except msgspec.ValidationError as error:
        raise json.JSONError(str(error)) from None
