"""Answers: a stream of chunks, or one JSON body, which is read as a stream of one."""

from __future__ import annotations

from typing import Any

from ccr.anthropic import thinking
from ccr.anthropic.events import Batch
from ccr.anthropic.writer import BlockWriter
from ccr.errors import Broken, Overloaded
from ccr.exchange import Call
from ccr.protocols.contract import SSEDecoder
from ccr.protocols.openai_chat import chunk
from ccr.protocols.openai_chat.calls import Calls
from ccr.protocols.openai_chat.chunk import Choice, Chunk, Delta
from ccr.protocols.openai_chat.details import Details
from ccr.protocols.openai_chat.pages import Pages
from ccr.protocols.openai_chat.thinktags import ThinkTags
from ccr.protocols.openai_chat.usage import usage_of, used_of
from ccr.protocols.shared import errors
from ccr.protocols.shared.arguments import as_object, as_text
from ccr.protocols.shared.names import client_names
from ccr.protocols.shared.tools import asks_web_search
from ccr.wire import json
from ccr.wire.sse import SSE

STOP_REASONS = {
    "length": "max_tokens",
    "max_tokens": "max_tokens",
    "model_length": "max_tokens",
    "model_context_window_exceeded": "max_tokens",
    "content_filter": "refusal",
    "sensitive": "refusal",
}
"""Finish reasons that are no plain end. Whether it is ``tool_use`` is for the calls to say, not for them."""

MISSES = 8

FAILURES = frozenset({"error", "abort", "network_error"})
OVERLOADS = frozenset({"insufficient_system_resource"})


class ChatDecoder(SSEDecoder):
    """Decodes one answer."""

    def __init__(self, call: Call) -> None:
        super().__init__(BlockWriter(call.target.model, call.taken_ids))
        self._call = call
        self._calls = Calls(self.writer, client_names(call.body))
        self._details = Details()
        self._tags = ThinkTags() if call.target.dialect.think_tags else None
        self._thought: list[str] = []
        """The text of the thinking block that is not signed yet."""
        self._signature = ""
        """Google's signature of the message as a whole."""
        self._pages = Pages(self.writer, call.body) if asks_web_search(call.body) else None
        self._usage: Any = None
        self._fallback_usage: Any = None
        self._counted: dict[str, Any] | None = None
        self._finish_reason: str | None = None
        self._matched: str | None = None
        self._refused = False
        self._flows = False
        """The answer is in the midst of plain text: more of it may be passed on as it comes."""
        self._misses = 0
        """How often it looked so and was more, as with providers that say more in every chunk."""

    def feed(self, data: bytes) -> Batch:
        """The short way for text alone, which nearly all reads are."""
        if self._flows:
            if text := chunk.text_alone(data):
                return self.writer.more(text)
            self._misses += 1
        batch = super().feed(data)
        self._flows = (
            self._misses < MISSES
            and self.writer.in_text
            and not (self._thought or self._tags or self._pages or self.done or self.failed)
            and self.at_rest
        )
        return batch

    def on_event(self, event: SSE) -> None:
        data = event.data
        if data[:1] != b"{" or event.event == "error":
            self._on_other(event)
            return
        try:
            read = chunk.read(data)
        except json.JSONError as error:
            raise Broken(
                f"The provider sent a chunk that makes no sense: {error}", provider=self._name
            ) from None
        self._on_chunk(read, data)

    def on_json(self, body: bytes) -> None:
        try:
            read = chunk.read(body)
        except json.JSONError:
            raise errors.no_answer(body, self._call) from None
        if read.error is None and not read.choices:
            raise errors.no_answer(body, self._call)
        for choice in read.choices or ():
            if choice is not None:
                choice.delta = _numbered(choice.message or choice.delta)
        self._on_chunk(read, body)
        self._end()

    def on_end(self) -> None:
        if self._finish_reason:
            self._end()

    def used(self) -> dict[str, Any]:
        return used_of(self._usage or self._fallback_usage, self._counted)

    @property
    def _name(self) -> str:
        return self._call.target.provider.name

    def _on_other(self, event: SSE) -> None:
        data = event.data.strip()
        if data == b"[DONE]":
            self._end()
        elif event.event == "error" or data[:1] == b"[":
            raise errors.no_answer(data, self._call)
        elif data[:1] == b"{":
            self.on_event(SSE("", data))

    def _on_chunk(self, read: Chunk, data: bytes) -> None:
        if read.usage:
            self._usage = read.usage
        if read.error or read.object == "error":
            raise errors.in_answer(errors.value_of(data), self._call)
        if read.x_groq is not None and isinstance(read.x_groq, dict):
            self._fallback_usage = read.x_groq.get("usage") or self._fallback_usage
        if self._pages is not None:
            self._pages.listed(read.search_results, read.citations)
        for choice in read.choices or ():
            if choice is not None and not choice.index:
                self._on_choice(choice)

    def _on_choice(self, choice: Choice) -> None:
        if choice.error:
            raise errors.in_answer({"error": choice.error}, self._call)
        delta = choice.delta
        if delta is None and not self.writer.started:
            delta = choice.message
        if delta is not None:
            self._on_delta(delta)
        if choice.finish_reason is not None:
            self._on_finish(choice)

    def _on_delta(self, delta: Delta) -> None:
        content = delta.content
        thought = delta.reasoning_content or delta.reasoning or delta.thinking
        said = self._details.add(delta.reasoning_details) if delta.reasoning_details else ""
        if type(content) is list:
            in_content, content = _parts(content)
            thought = in_content or thought
        if thought or said:
            self._think(thought if isinstance(thought, str) and thought else said)
        if delta.extra_content is not None:
            self._signature = chunk.thought_signature(delta.extra_content) or self._signature
        if delta.annotations and self._pages is not None:
            self._pages.annotated(delta.annotations)
        if content and isinstance(content, str):
            self._text(content)
        if delta.refusal and isinstance(delta.refusal, str):
            self._refused = True
            self._say(delta.refusal)
        for fragment in delta.tool_calls or ():
            if fragment is not None:
                self._calls.add(fragment, self._before_call)
        if delta.function_call is not None:
            self._calls.add_legacy(delta.function_call, self._before_call)

    def _think(self, text: str) -> None:
        if text and (self._thought or not text.isspace()):
            self._thought.append(text)
            self.writer.thinking(text)

    def _text(self, text: str) -> None:
        if self._tags is None:
            self._say(text)
            return
        thought, said = self._tags.feed(text)
        self._think(thought)
        self._say(said)

    def _say(self, text: str) -> None:
        if self._thought and not text.isspace():
            self._sign()
        if self._pages is not None and not text.isspace():
            self._pages.before_text()
        self.writer.text(text)

    def _sign(self, **more: Any) -> None:
        """Signs the thinking so far, with what the provider wants back."""
        state = {**(self._details.state("".join(self._thought)) or {}), **more}
        if self._signature:
            state["message"], self._signature = self._signature, ""
        if self._thought or state:
            self._thought = []
            self.writer.signature(thinking.sign(self._call.target.issuer, state or None))

    def _before_call(self, id: str, signature: str) -> None:
        if self._pages is not None:
            self._pages.cite()
        if signature:
            self._sign(calls={id: signature})
        else:
            self._sign()

    def _on_finish(self, choice: Choice) -> None:
        reason = str(choice.finish_reason)
        if reason in FAILURES:
            raise Broken(f"The provider broke the answer off ({reason}).", provider=self._name)
        if reason in OVERLOADS:
            raise Overloaded(
                f"The provider broke the answer off ({reason}).", status=529, provider=self._name
            )
        self._finish_reason = reason or self._finish_reason or ""
        for matched in (choice.matched_stop, choice.stop_reason):
            if isinstance(matched, str) and matched in (self._call.body.get("stop_sequences") or ()):
                self._matched = matched

    def _end(self) -> None:
        """The whole answer has come."""
        self._rest()
        if self._finish_reason is None and not self.writer.started:
            raise Broken("The provider's answer is empty.", provider=self._name)
        searches = self._pages.usage() if self._pages is not None else {}
        self._counted = usage_of(self._usage or self._fallback_usage)
        self.writer.finish(self._reason(), self._counted | searches, stop_sequence=self._matched)
        self.done = True

    def _rest(self) -> None:
        if self._tags is not None:
            thought, said = self._tags.end()
            self._think(thought)
            if said:
                self._say(said)
        if self._pages is not None:
            self._pages.cite()
        self._calls.end()
        if self._thought or self.writer.has_tools:
            self._sign()
        if self._pages is not None:
            self._pages.write()

    def _reason(self) -> str:
        if self._matched is not None:
            return "stop_sequence"
        reason = STOP_REASONS.get(self._finish_reason or "", "end_turn")
        return "refusal" if self._refused and reason == "end_turn" else reason


def _numbered(message: Delta | None) -> Delta | None:
    """A whole message; its calls are told apart by their places, and their arguments are all there."""
    for place, fragment in enumerate((message and message.tool_calls) or ()):
        if fragment is not None:
            fragment.index = place
            if fragment.function is not None:
                fragment.function.arguments = as_object(as_text(fragment.function.arguments))
    return message


def _parts(content: list[Any]) -> tuple[str, str]:
    """(thinking, text) of content parts: Mistral's, and the plain ones."""
    thought = text = ""
    for part in content:
        if not isinstance(part, dict):
            continue
        match part.get("type"):
            case "text" | "output_text":
                text += str(part.get("text") or "")
            case "refusal":
                text += str(part.get("refusal") or "")
            case "thinking":
                inner = part.get("thinking")
                thought += (
                    inner if isinstance(inner, str) else _parts(inner)[1] if isinstance(inner, list) else ""
                )
    return thought, text
