"""What is read of a chunk, or of a whole answer, whose ``message`` is a chunk's ``delta``.

Leaves are ``Any``: providers send null, numbers and objects where strings belong, and callers look.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ccr.wire import json


class Function(msgspec.Struct, gc=False):
    name: Any = None
    arguments: Any = None


class ToolCall(msgspec.Struct, gc=False):
    index: Any = None
    id: Any = None
    function: Function | None = None
    extra_content: Any = None


class Delta(msgspec.Struct, gc=False):
    content: Any = None
    reasoning_content: Any = None
    reasoning: Any = None
    thinking: Any = None
    reasoning_details: Any = None
    refusal: Any = None
    tool_calls: list[ToolCall | None] | None = None
    function_call: Function | None = None
    annotations: Any = None
    extra_content: Any = None


class Choice(msgspec.Struct, gc=False):
    index: Any = None
    delta: Delta | None = None
    message: Delta | None = None
    finish_reason: Any = None
    error: Any = None
    stop_reason: Any = None
    matched_stop: Any = None


class Chunk(msgspec.Struct, gc=False):
    choices: list[Choice | None] | None = None
    usage: Any = None
    x_groq: Any = None
    error: Any = None
    object: Any = None
    search_results: Any = None
    citations: Any = None


def thought_signature(extra_content: Any) -> str:
    """Google's signature in an ``extra_content``, of a call or of a message; empty when there is none."""
    google = extra_content.get("google") if isinstance(extra_content, dict) else None
    signature = google.get("thought_signature") if isinstance(google, dict) else None
    return signature if isinstance(signature, str) else ""


_decode = msgspec.json.Decoder(Chunk).decode


def read(data: bytes) -> Chunk:
    """The chunk in a JSON text. Raises ``JSONError`` when it is none."""
    try:
        return _decode(data)
    except json.FAULTS:
        return _lenient(json.decode(data))


def _lenient(value: Any) -> Chunk:
    try:
        return msgspec.convert(value, Chunk)
    except msgspec.ValidationError as error:
        raise json.JSONError(str(error)) from None


def text_alone(data: bytes) -> str:
    """The text of a read that is whole events, each a piece of text and nothing else; "" of any other.

    So are nearly all reads of an answer; they hold several events where we read more slowly than they come.
    Whatever is not plainly that is left to the whole decoder.
    """
    if data[:7] != b"data: {" or data[-2:] != b"\n\n":
        return ""
    if data.find(b"\n") == len(data) - 2:
        return _text(data[6:-2])
    events = data[:-2].split(b"\n\n")
    if data.count(b"\n") != 2 * len(events):
        return ""
    texts = [_text(event[6:]) if event[:7] == b"data: {" else "" for event in events]
    return "".join(texts) if all(texts) else ""


def _text(data: bytes) -> str:
    try:
        read = _decode(data)
    except json.FAULTS:
        return ""
    choice = read.choices[0] if read.choices else None
    if choice is None or choice.index or (delta := choice.delta) is None or type(delta.content) is not str:
        return ""
    alone = Chunk([Choice(choice.index, Delta(delta.content))], object=read.object)
    return delta.content if read == alone and read.object in _CHUNKS else ""


_CHUNKS = ("chat.completion.chunk", None)
