"""The parts of Gemini's chunks that are read. Everything else is skipped unseen."""

from __future__ import annotations

from typing import Any

import msgspec

from ccr.errors import Broken
from ccr.wire import json

NOTHING = msgspec.Raw()

_NONSENSE = "The provider sent a chunk that makes no sense."

Number = int | float | None


class Piece(msgspec.Struct, rename="camel"):
    """A piece of streamed arguments: what comes to the place of ``json_path``."""

    json_path: str = "$"
    string_value: str | None = None
    number_value: Number = None
    bool_value: bool | None = None

    @property
    def value(self) -> str | int | float | bool | None:
        found = (self.string_value, self.number_value, self.bool_value)
        return next((value for value in found if value is not None), None)


class FunctionCall(msgspec.Struct, rename="camel"):
    """A call, whole or in pieces; the pieces after the first have no name."""

    name: str | None = None
    id: str | None = None
    args: msgspec.Raw = NOTHING
    partial_args: list[Piece] | None = None
    will_continue: bool | None = None


class Part(msgspec.Struct, rename="camel", gc=False):
    text: str | None = None
    thought: bool | None = None
    thought_signature: str | None = None
    function_call: FunctionCall | None = None


class Content(msgspec.Struct, gc=False):
    parts: list[Part] | None = None


class Candidate(msgspec.Struct, rename="camel", gc=False):
    content: Content | None = None
    finish_reason: str | int | None = None
    finish_message: str | None = None
    grounding_metadata: msgspec.Raw = NOTHING


class Usage(msgspec.Struct, rename="camel", gc=False):
    prompt_token_count: Number = None
    cached_content_token_count: Number = None
    candidates_token_count: Number = None
    thoughts_token_count: Number = None
    tool_use_prompt_token_count: Number = None

    @property
    def said(self) -> bool:
        """Something was counted."""
        return self.prompt_token_count is not None or self.candidates_token_count is not None

    def completed(self, earlier: Usage) -> None:
        """Takes the counts that only an earlier chunk had."""
        if self.prompt_token_count is None:
            self.prompt_token_count = earlier.prompt_token_count
        if self.cached_content_token_count is None:
            self.cached_content_token_count = earlier.cached_content_token_count
        if self.candidates_token_count is None:
            self.candidates_token_count = earlier.candidates_token_count
        if self.thoughts_token_count is None:
            self.thoughts_token_count = earlier.thoughts_token_count
        if self.tool_use_prompt_token_count is None:
            self.tool_use_prompt_token_count = earlier.tool_use_prompt_token_count


class Feedback(msgspec.Struct, rename="camel", gc=False):
    block_reason: str | int | None = None
    block_reason_message: str | None = None


class Chunk(msgspec.Struct, rename="camel", gc=False):
    candidates: list[Candidate] | None = None
    prompt_feedback: Feedback | None = None
    usage_metadata: Usage | None = None
    error: msgspec.Raw = NOTHING


_chunk = msgspec.json.Decoder(Chunk).decode


def chunk(data: bytes) -> Chunk:
    """One chunk of a stream, or a whole answer. Raises ``Broken`` for what is neither."""
    try:
        return _chunk(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _lenient(data)


def value(raw: msgspec.Raw) -> Any:
    """What a part that was kept as bytes says: their letters have not been looked at yet."""
    try:
        return json.decode(bytes(raw))
    except json.JSONError:
        raise Broken(_NONSENSE) from None


def _lenient(data: bytes) -> Chunk:
    """Once more, with lone surrogates replaced."""
    try:
        return _chunk(json.encode(json.decode(data)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Broken(_NONSENSE) from None
