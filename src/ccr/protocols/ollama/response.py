"""Answers: lines of JSON, of which one that does not stream is a single one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccr.anthropic import thinking
from ccr.anthropic.writer import BlockWriter
from ccr.exchange import Call
from ccr.protocols.contract import SSEDecoder
from ccr.protocols.ollama import chunk
from ccr.protocols.ollama.chunk import Chunk, ToolCall
from ccr.protocols.shared import errors
from ccr.protocols.shared.arguments import as_object, as_text
from ccr.protocols.shared.usage import count, usage
from ccr.wire import json, ndjson
from ccr.wire.sse import SSE

STOP_REASONS: Mapping[str, str] = {"length": "max_tokens"}


class OllamaDecoder(SSEDecoder):
    """Decodes one answer."""

    def __init__(self, call: Call) -> None:
        super().__init__(BlockWriter(call.target.model, call.taken_ids))
        self._splitter = ndjson.Splitter()
        self._call = call
        self._calls = 0
        self._thought = False
        self._counts: dict[str, Any] = {}

    def _sniff(self, data: bytes) -> bytes:
        """One JSON body is one line: there is nothing to tell apart."""
        self._seen = True
        return data

    def on_event(self, event: SSE) -> None:
        try:
            read = chunk.read(event.data)
        except json.JSONError:
            raise errors.no_answer(event.data, self._call) from None
        if read.error or (read.message is None and not read.done):
            raise errors.no_answer(event.data, self._call)
        self._on_chunk(read)

    def used(self) -> dict[str, Any]:
        return self._counts

    def _on_chunk(self, read: Chunk) -> None:
        if (message := read.message) is not None:
            if isinstance(message.thinking, str) and message.thinking:
                self._thought = True
                self.writer.thinking(message.thinking)
            if isinstance(message.content, str) and message.content:
                self._say(message.content)
            for call in message.tool_calls or ():
                if call is not None and call.function is not None:
                    self._on_call(call)
        if read.done:
            self._finish_answer(read)

    def _say(self, text: str) -> None:
        if not text.isspace():
            self._sign()
        self.writer.text(text)

    def _on_call(self, call: ToolCall) -> None:
        """A call comes whole; its arguments are an object."""
        assert call.function is not None
        self._sign()
        name = call.function.name if isinstance(call.function.name, str) else ""
        key, self._calls = self._calls, self._calls + 1
        self.writer.tool(key, call.id if isinstance(call.id, str) else None, name)
        self.writer.arguments(key, as_object(as_text(call.function.arguments)))

    def _sign(self) -> None:
        if self._thought:
            self._thought = False
            self.writer.signature(thinking.sign(self._call.target.issuer))

    def _finish_answer(self, read: Chunk) -> None:
        self._sign()
        counts = usage(count(read.prompt_eval_count), count(read.eval_count))
        if read.prompt_eval_count is not None or read.eval_count is not None:
            self._counts = counts
        self.writer.finish(STOP_REASONS.get(str(read.done_reason), "end_turn"), counts)
        self.done = True
