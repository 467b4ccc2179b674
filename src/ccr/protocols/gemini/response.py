"""generateContent's answers, streamed (as events or as one JSON array) or whole, as Anthropic events."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ccr.anthropic import thinking
from ccr.anthropic.events import Batch
from ccr.anthropic.writer import BlockWriter
from ccr.errors import Broken
from ccr.exchange import Call
from ccr.protocols.contract import SSEDecoder
from ccr.protocols.gemini import wire
from ccr.protocols.gemini.calls import Calls
from ccr.protocols.gemini.elements import Elements
from ccr.protocols.gemini.grounding import Grounding
from ccr.protocols.shared import errors
from ccr.protocols.shared.names import client_names
from ccr.protocols.shared.usage import beside, count, usage
from ccr.wire.sse import SSE

_NUMBERED: Mapping[str, str] = MappingProxyType(
    {"1": "STOP", "2": "MAX_TOKENS", "3": "SAFETY", "4": "RECITATION", "5": "OTHER"}
)
"""Vertex AI's reasons with ``enum-encoding=int``; from 6 on its two interfaces number differently."""

_REFUSALS = frozenset(
    {
        *("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "MODEL_ARMOR"),
        *("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "6", "7", "8"),
    }
)
_FAILURES = frozenset(
    {
        *("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE"),
        "MISSING_THOUGHT_SIGNATURE",
    }
)
"""The model's own mistakes: asked again, it may do better."""


class GeminiDecoder(SSEDecoder):
    """One answer. Its terminal chunk has a ``finishReason``, or says why the prompt was blocked."""

    def __init__(self, call: Call) -> None:
        super().__init__(BlockWriter(call.target.model, call.taken_ids))
        self._call = call
        self._calls = Calls(self.writer, client_names(call.body))
        self._grounding = Grounding(self.writer, call.body)
        self._elements: Elements | None = None
        self._usage = wire.Usage()
        self._thinking = False
        """A thought has come that is not signed yet."""
        self._reason: str | None = None
        self._words: str | None = None

    # How the bytes come.

    def feed(self, data: bytes) -> Batch:
        if not self._seen:
            data = self._sniff(data)
            if data[:1] == b"[":
                self._body, self._elements = None, Elements()
        if self._elements is None:
            return super().feed(data)
        return self._run([SSE("", element) for element in self._elements.feed(data)])

    def on_event(self, event: SSE) -> None:
        if event.data[:1] == b"{":
            self._chunk(wire.chunk(event.data))

    def on_json(self, body: bytes) -> None:
        try:
            chunk = wire.chunk(body)
        except Broken:
            raise errors.no_answer(body, self._call) from None
        self._chunk(chunk)
        if self._reason is None and not chunk.candidates:
            raise errors.no_answer(body, self._call)
        self._settle(self._reason or "STOP")

    def on_end(self) -> None:
        """Counts and grounding may follow the reason: only the end of the stream says that all is said."""
        if self._reason is not None:
            self._settle(self._reason)

    def used(self) -> dict[str, Any]:
        return self._figures() | beside(self._usage.thoughts_token_count) if self._usage.said else {}

    # What they say.

    def _chunk(self, chunk: wire.Chunk) -> None:
        if chunk.error:
            raise errors.in_answer({"error": wire.value(chunk.error)}, self._call)
        if chunk.usage_metadata is not None:
            self._count(chunk.usage_metadata)
        if chunk.candidates:
            self._candidate(chunk.candidates[0])
        elif chunk.prompt_feedback is not None and chunk.prompt_feedback.block_reason:
            self._reason = "PROHIBITED_CONTENT"
            self._words = f"The prompt was blocked: {chunk.prompt_feedback.block_reason}"

    def _candidate(self, candidate: wire.Candidate) -> None:
        if candidate.content is not None and candidate.content.parts:
            self._parts(candidate.content.parts)
        if candidate.grounding_metadata:
            self._grounding.add(candidate.grounding_metadata)
        if candidate.finish_reason:
            reason = str(candidate.finish_reason)
            self._reason, self._words = _NUMBERED.get(reason, reason), candidate.finish_message

    def _parts(self, parts: list[wire.Part]) -> None:
        signed = False
        for part in parts:
            if part.function_call is not None:
                if not signed:
                    self._sign(self._call_state(parts))
                    signed = True
                self._calls.add(part.function_call)
            elif not part.text:
                continue
            elif part.thought:
                self._thinking = True
                self.writer.thinking(part.text)
            else:
                if self._thinking:
                    self._sign({"text": part.thought_signature} if part.thought_signature else None)
                self.writer.text(part.text)

    def _call_state(self, parts: list[wire.Part]) -> dict[str, Any] | None:
        """The signatures of a chunk's calls, by their place in the answer."""
        named = [part for part in parts if part.function_call is not None and part.function_call.name]
        signatures = {
            str(self._calls.count + place): part.thought_signature
            for place, part in enumerate(named)
            if part.thought_signature
        }
        return {"calls": signatures} if signatures else None

    def _sign(self, state: dict[str, Any] | None) -> None:
        """Signs the thought so far; state has a block of its own where nothing was thought."""
        if self._thinking or state is not None:
            self.writer.signature(thinking.sign(self._call.target.issuer, state))
            self._thinking = False

    def _count(self, counts: wire.Usage) -> None:
        counts.completed(self._usage)
        self._usage = counts
        if not self.writer.started:
            self.writer.usage = self._figures()

    def _figures(self) -> dict[str, Any]:
        told = self._usage
        prompt = count(told.prompt_token_count) + count(told.tool_use_prompt_token_count)
        output = count(told.candidates_token_count) + count(told.thoughts_token_count)
        return usage(prompt, output, count(told.cached_content_token_count))

    # The end.

    def _settle(self, reason: str) -> None:
        self._calls.end()
        self._sign(None)
        if reason in _FAILURES and not self.writer.has_tools:
            raise Broken(f"The model failed ({reason}): {self._words or 'it made no valid call of a tool.'}")
        extra = self._grounding.write()
        stop, more = _stop_reason(reason, self._words)
        self.writer.finish(stop, self._figures() | extra, **more)
        self.done = True


def _stop_reason(reason: str, words: str | None) -> tuple[str, dict[str, Any]]:
    if reason in _REFUSALS:
        details = {"type": "refusal", "category": None, "explanation": words or f"Gemini stopped: {reason}."}
        return "refusal", {"stop_details": details}
    return ("max_tokens" if reason == "MAX_TOKENS" else "end_turn"), {}
