"""Answers of Converse: a binary stream of events, or one JSON body, which is read as the same events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ccr.anthropic import thinking
from ccr.anthropic.writer import BlockWriter
from ccr.errors import Broken
from ccr.exchange import Call
from ccr.protocols.bedrock.citations import citation_of
from ccr.protocols.bedrock.usage import usage_of, used_of
from ccr.protocols.contract import SSEDecoder
from ccr.protocols.shared import errors
from ccr.protocols.shared.aws import exception
from ccr.protocols.shared.names import client_names
from ccr.wire import eventstream, json
from ccr.wire.sse import SSE

STOP_REASONS: Mapping[str, str] = {
    "max_tokens": "max_tokens",
    "model_context_window_exceeded": "max_tokens",
    "stop_sequence": "stop_sequence",
    "guardrail_intervened": "refusal",
    "content_filtered": "refusal",
}
"""Stop reasons that are no plain end."""

FAILURES = frozenset({"malformed_model_output", "malformed_tool_use"})


class _Reasoning(msgspec.Struct, gc=False):
    text: Any = None
    signature: Any = None
    redactedContent: Any = None  # noqa: N815 - Bedrock's own spelling


class _ToolUse(msgspec.Struct, gc=False):
    input: Any = None


class _Delta(msgspec.Struct, gc=False):
    text: Any = None
    toolUse: _ToolUse | None = None  # noqa: N815
    reasoningContent: _Reasoning | None = None  # noqa: N815
    citation: Any = None


class _BlockDelta(msgspec.Struct, gc=False):
    contentBlockIndex: Any = None  # noqa: N815
    delta: _Delta | None = None


_delta_of = msgspec.json.Decoder(_BlockDelta).decode


class ConverseDecoder(SSEDecoder):
    """Decodes one answer."""

    def __init__(self, call: Call) -> None:
        super().__init__(BlockWriter(call.target.model, call.taken_ids))
        self._splitter = eventstream.Splitter()
        self._call = call
        self._names = client_names(call.body)
        self._thought = False
        """There is thinking that is not signed yet."""
        self._signature = ""
        """Its signature so far; it may come in pieces."""
        self._citations: list[Any] = []
        """Citations of a block, which come before its text."""
        self._stop: str | None = None
        self._matched: str | None = None
        self._usage: Any = None

    def on_event(self, event: SSE) -> None:
        match event.event:
            case "contentBlockDelta":
                self._on_delta(event.data)
            case "contentBlockStart":
                self._on_start(_object(event.data))
            case "contentBlockStop":
                self._end_block()
            case "messageStop":
                self._on_stop(_object(event.data))
            case "metadata":
                self._usage = _object(event.data).get("usage") or self._usage
                self._end_after_usage()
            case name if name == "error" or name.endswith("Exception"):
                raise exception(event, self._call)

    def on_json(self, body: bytes) -> None:
        """A whole answer. Its blocks have the shape of a stream's starts and deltas in one."""
        answer = _object(body)
        message = _inner(_inner(answer, "output"), "message")
        if not isinstance(message.get("content"), list):
            raise errors.no_answer(body, self._call)
        for index, block in enumerate(message["content"]):
            if isinstance(block, dict):
                self._on_block(index, block)
        self._usage = answer.get("usage")
        self._on_stop(answer)
        self._finish_answer()

    def on_end(self) -> None:
        if self._stop is not None:
            self._finish_answer()

    # Pieces of a stream.

    def _on_delta(self, data: bytes) -> None:
        try:
            event = _delta_of(data)
        except json.FAULTS as error:
            raise self._senseless(error) from None
        delta = event.delta
        if delta is None:
            return
        if isinstance(delta.text, str) and delta.text:
            self._sign()
            self.writer.text(delta.text)
        elif delta.toolUse is not None:
            self._arguments(event.contentBlockIndex, delta.toolUse.input)
        elif delta.reasoningContent is not None:
            self._think(delta.reasoningContent)
        elif delta.citation is not None:
            self._citations.append(delta.citation)

    def _on_start(self, event: dict[str, Any]) -> None:
        tool = _inner(event, "start").get("toolUse")
        # Tools that Bedrock runs itself are none of the client's.
        if isinstance(tool, dict) and tool.get("type") != "server_tool_use":
            self._open(event.get("contentBlockIndex"), tool)

    def _on_stop(self, event: dict[str, Any]) -> None:
        self._stop = str(event.get("stopReason") or "end_turn")
        if self._stop in FAILURES:
            raise Broken(f"The model's answer could not be read ({self._stop}).", provider=self._name)
        fields = _inner(event, "additionalModelResponseFields")
        matched = fields.get("stop_sequence") or _inner(fields, "delta").get("stop_sequence")
        self._matched = matched if isinstance(matched, str) else None
        self._end_after_usage()

    def _end_after_usage(self) -> None:
        """The stop reason and the usage come in either order; the answer ends with the second."""
        if self._stop is not None and self._usage is not None:
            self._finish_answer()

    def used(self) -> dict[str, Any]:
        return used_of(self._usage)

    # Blocks of a whole answer.

    def _on_block(self, index: int, block: dict[str, Any]) -> None:
        match block:
            case {"text": str(text)}:
                self._sign()
                self.writer.text(text)
            case {"toolUse": dict(tool)} if tool.get("type") != "server_tool_use":
                self._open(index, tool)
                self.writer.arguments(index, json.encode(_inner(tool, "input")).decode())
            case {"reasoningContent": dict(reasoning)}:
                said = _inner(reasoning, "reasoningText")
                signature, redacted = said.get("signature"), reasoning.get("redactedContent")
                self._think(_Reasoning(said.get("text"), signature, redacted))
            case {"citationsContent": dict(cited)}:
                self._cited(cited)
        self._end_block()

    def _cited(self, block: dict[str, Any]) -> None:
        for part in _list(block.get("content")):
            if isinstance(part, dict) and isinstance(part.get("text"), str):
                self._sign()
                self.writer.text(part["text"])
        self._citations += _list(block.get("citations"))

    # What both are made of.

    @property
    def _name(self) -> str:
        return self._call.target.provider.name

    def _open(self, index: Any, tool: dict[str, Any]) -> None:
        self._sign()
        name, tool_id = tool.get("name"), tool.get("toolUseId")
        name = name if isinstance(name, str) else ""
        self.writer.tool(index, tool_id if isinstance(tool_id, str) else None, self._names.get(name, name))

    def _arguments(self, index: Any, fragment: Any) -> None:
        if isinstance(fragment, str):
            self.writer.arguments(index, fragment)

    def _think(self, reasoning: _Reasoning) -> None:
        if isinstance(reasoning.text, str) and reasoning.text:
            self._thought = True
            self.writer.thinking(reasoning.text)
        if isinstance(reasoning.signature, str):
            self._signature += reasoning.signature
        if isinstance(reasoning.redactedContent, str) and reasoning.redactedContent:
            self._sign()
            self.writer.signature(self._signed({"redacted": reasoning.redactedContent}))

    def _sign(self) -> None:
        """Signs the thinking so far, with what Bedrock wants back."""
        signature, thought, self._signature, self._thought = self._signature, self._thought, "", False
        if signature or thought:
            self.writer.signature(self._signed({"signature": signature} if signature else None))

    def _signed(self, state: dict[str, str] | None) -> str:
        return thinking.sign(self._call.target.issuer, state)

    def _end_block(self) -> None:
        self._sign()
        cited, self._citations = self._citations, []
        for citation in cited:
            if found := citation_of(citation):
                self.writer.citation(found)
        if cited:
            self.writer.seal_text()

    def _finish_answer(self) -> None:
        self._end_block()
        stop = STOP_REASONS.get(self._stop or "", "end_turn")
        if self._matched is not None:
            stop = "stop_sequence"
        self.writer.finish(stop, usage_of(self._usage), stop_sequence=self._matched)
        self.done = True

    def _senseless(self, error: Exception) -> Broken:
        return Broken(f"The provider sent an event that makes no sense: {error}", provider=self._name)


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.decode(data)
    except json.JSONError:
        return {}
    return value if isinstance(value, dict) else {}


def _inner(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
