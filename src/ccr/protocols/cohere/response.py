"""Answers of v2: a stream of events, or one JSON body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ccr.anthropic import thinking
from ccr.anthropic.writer import BlockWriter
from ccr.errors import Broken
from ccr.exchange import Call
from ccr.protocols.cohere.request import PLAN
from ccr.protocols.contract import SSEDecoder
from ccr.protocols.shared import errors
from ccr.protocols.shared.arguments import as_object, as_text
from ccr.protocols.shared.names import client_names
from ccr.protocols.shared.usage import beside, count, usage
from ccr.wire import json
from ccr.wire.sse import SSE

STOP_REASONS: Mapping[str, str] = {
    "MAX_TOKENS": "max_tokens",
    "STOP_SEQUENCE": "stop_sequence",
    "ERROR_TOXIC": "refusal",
}
"""Finish reasons that are no plain end."""

FAILURES = frozenset({"ERROR", "ERROR_LIMIT", "TIMEOUT", "USER_CANCEL"})


class _Message(msgspec.Struct, gc=False):
    content: Any = None
    tool_plan: Any = None
    tool_calls: Any = None


class _Delta(msgspec.Struct, gc=False):
    message: _Message | None = None
    finish_reason: Any = None
    usage: Any = None
    error: Any = None


class _Event(msgspec.Struct, gc=False):
    type: Any = None
    index: Any = None
    delta: _Delta | None = None


_event_of = msgspec.json.Decoder(_Event).decode


class CohereDecoder(SSEDecoder):
    """Decodes one answer. Citations point into the text and are no text themselves: they are left out."""

    def __init__(self, call: Call) -> None:
        super().__init__(BlockWriter(call.target.model, call.taken_ids))
        self._call = call
        self._names = client_names(call.body)
        self._unsigned: str | None = None
        """The kind of the thinking that is not signed yet."""
        self._counts: Any = None
        self._pieces: dict[Any, str] = {}
        """Arguments that are held back: they did not begin like an object."""

    def on_event(self, event: SSE) -> None:
        if event.data[:1] != b"{":
            return  # [DONE]
        try:
            read = _event_of(event.data)
        except json.FAULTS as error:
            raise self._senseless(error) from None
        delta = read.delta or _Delta()
        message = delta.message or _Message()
        match read.type:
            case "content-delta" | "content-start":
                self._on_content(message.content)
            case "tool-plan-delta":
                self._think(message.tool_plan, PLAN)
            case "tool-call-start":
                self._on_call(read.index, message.tool_calls)
            case "tool-call-delta":
                self._on_arguments(read.index, _function(message.tool_calls).get("arguments"))
            case "tool-call-end":
                self._end_call(read.index)
            case "message-end":
                self._on_end(delta.finish_reason, delta.usage, delta.error)
            case None | "error":
                raise errors.no_answer(event.data, self._call)

    def on_json(self, body: bytes) -> None:
        try:
            value = json.decode(body)
        except json.JSONError:
            value = None
        message = value.get("message") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(message, dict):
            raise errors.no_answer(body, self._call)
        self._think(message.get("tool_plan"), PLAN)
        content = message.get("content")
        for part in content if isinstance(content, list) else [content]:
            self._on_content(part)
        for index, call in enumerate(message.get("tool_calls") or ()):
            self._on_call(index, call)
            self._end_call(index)
        self._on_end(value.get("finish_reason"), value.get("usage"), None)

    def used(self) -> dict[str, Any]:
        return used_of(self._counts)

    @property
    def _name(self) -> str:
        return self._call.target.provider.name

    def _on_content(self, content: Any) -> None:
        """A part of the content, or a piece of one; a whole text may be a plain string."""
        if isinstance(content, str):
            content = {"text": content}
        if not isinstance(content, dict):
            return
        self._think(content.get("thinking"), None)
        text = content.get("text")
        if isinstance(text, str) and text:
            if not text.isspace():
                self._sign()
            self.writer.text(text)

    def _think(self, text: Any, state: str | None) -> None:
        if isinstance(text, str) and text:
            if self._unsigned is not None and self._unsigned != (state or ""):
                self._sign()
            self._unsigned = state or ""
            self.writer.thinking(text)

    def _sign(self) -> None:
        if self._unsigned is not None:
            state, self._unsigned = self._unsigned or None, None
            self.writer.signature(thinking.sign(self._call.target.issuer, state))

    def _on_call(self, index: Any, call: Any) -> None:
        self._sign()
        function, call_id = _function(call), call.get("id") if isinstance(call, dict) else None
        name = function.get("name")
        name = name if isinstance(name, str) else ""
        key = _key(index)
        self.writer.tool(key, call_id if isinstance(call_id, str) else None, self._names.get(name, name))
        self._pieces[key] = ""
        self._on_arguments(index, function.get("arguments"))

    def _on_arguments(self, index: Any, piece: Any) -> None:
        key = _key(index)
        piece = as_text(piece)
        if not piece:
            return
        if key in self._pieces and not (self._pieces[key] + piece).lstrip().startswith("{"):
            self._pieces[key] += piece
        else:
            self.writer.arguments(key, self._pieces.pop(key, "") + piece)

    def _end_call(self, index: Any) -> None:
        """Writes arguments that were held back: no JSON object, as an object."""
        held = self._pieces.pop(_key(index), "").strip()
        if held:
            self.writer.arguments(_key(index), as_object(held))

    def _on_end(self, reason: Any, counts: Any, error: Any) -> None:
        self._counts = counts
        if str(reason) in FAILURES:
            said = f": {error}" if isinstance(error, str) and error else "."
            raise Broken(f"The provider broke the answer off ({reason}){said}", provider=self._name)
        self._sign()
        for key in list(self._pieces):
            self._end_call(key)
        self.writer.finish(STOP_REASONS.get(str(reason), "end_turn"), usage_of(counts))
        self.done = True

    def _senseless(self, error: Exception) -> Broken:
        return Broken(f"The provider sent an event that makes no sense: {error}", provider=self._name)


def usage_of(value: Any) -> dict[str, Any]:
    """Anthropic's counts; ``tokens`` is what went through the model, ``billed_units`` only what is paid."""
    value = value if isinstance(value, dict) else {}
    found = value.get("tokens") or value.get("billed_units")
    tokens = found if isinstance(found, dict) else {}
    prompt = count(tokens.get("input_tokens"))
    cached = min(count(value.get("cached_tokens")), prompt)
    return usage(prompt, count(tokens.get("output_tokens")), cached)


def used_of(value: Any) -> dict[str, Any]:
    """The same, with reasoning and what of it is paid; nothing where there is nothing."""
    if not isinstance(value, dict) or not value:
        return {}
    tokens, paid = value.get("tokens"), value.get("billed_units")
    thought = tokens.get("reasoning_tokens") if isinstance(tokens, dict) else None
    told = usage_of(value) | beside(thought)
    if not isinstance(paid, dict):
        return told
    return told | {"billed": usage(count(paid.get("input_tokens")), count(paid.get("output_tokens")))}


def _key(index: Any) -> Any:
    return index if isinstance(index, int | str) else 0


def _function(call: Any) -> dict[str, Any]:
    function = call.get("function") if isinstance(call, dict) else None
    return function if isinstance(function, dict) else {}
