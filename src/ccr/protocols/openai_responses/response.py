"""Responses answers, streamed or whole, as Anthropic events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ccr.anthropic.writer import BlockWriter
from ccr.errors import Broken
from ccr.exchange import Call
from ccr.protocols.contract import SSEDecoder
from ccr.protocols.openai_responses import wire
from ccr.protocols.openai_responses.items import Items
from ccr.protocols.openai_responses.search import Searches
from ccr.protocols.shared import errors, tools
from ccr.protocols.shared.usage import beside, charged, count, usage
from ccr.wire.sse import SSE


class ResponsesDecoder(SSEDecoder):
    """One answer. Its terminal events are ``response.completed`` and ``response.incomplete``."""

    def __init__(self, call: Call) -> None:
        super().__init__(BlockWriter(call.target.model, call.taken_ids))
        self._call = call
        self._searches = Searches(self.writer, tools.web_search(call.body) is not None)
        self._items = Items(self.writer, self._searches, call)
        self._usage: dict[str, Any] = {}

    def on_event(self, event: SSE) -> None:
        if event.data[:1] != b"{":  # [DONE], and whatever else is no event
            return
        read = wire.event(event.data)
        kind = read.type or event.event
        if kind == "response.output_text.delta":  # the shape of nearly every event
            self._items.text(read.output_index, read.content_index, read.delta or "")
        elif (say := _SAY.get(kind)) is not None:
            say(self._items, read)
        elif kind in ("response.completed", "response.incomplete"):
            self._settle(wire.answer(read.response) or wire.Answer(status=kind.removeprefix("response.")))
        elif kind == "response.failed":
            raise errors.in_answer(wire.value(read.response), self._call)
        elif kind == "error" or (not kind and read.error):
            raise errors.in_answer(wire.value(event.data), self._call)

    def on_json(self, body: bytes) -> None:
        answer = wire.answer(body)
        if answer is None or (answer.output is None and not answer.error):
            raise errors.no_answer(body, self._call)
        self._settle(answer)

    def used(self) -> dict[str, Any]:
        if not (told := self._usage):
            return {}
        thought = wire.fields(told.get("output_tokens_details")).get("reasoning_tokens")
        return _usage(told) | beside(thought, charged(told))

    def _settle(self, answer: wire.Answer) -> None:
        """The end of it: what no event had said, why it ended, what it cost."""
        self._usage = wire.fields(answer.usage)
        self._refuse_unfinished(answer)
        output = wire.objects(answer.output)
        if len(output) > len(self._items.done):  # else all items came as events, perhaps under other indexes
            for index, item in enumerate(output):
                self._items.whole(index, item)
        extra = self._searches.finish()
        self.writer.finish(self._stop_reason(answer), _usage(self._usage) | extra)
        self.done = True

    def _refuse_unfinished(self, answer: wire.Answer) -> None:
        if answer.error or answer.status in ("failed", "cancelled"):
            raise errors.in_answer({"error": answer.error or f"The answer was {answer.status}."}, self._call)
        if answer.status in ("queued", "in_progress"):
            raise Broken(f"The provider answers in the background ({answer.status}); that is not supported.")

    def _stop_reason(self, answer: wire.Answer) -> str:
        if answer.status == "incomplete":
            reason = wire.fields(answer.incomplete_details).get("reason")
            return "refusal" if reason == "content_filter" else "max_tokens"
        return "refusal" if self._items.refused and not self.writer.has_tools else "end_turn"


def _usage(told: dict[str, Any]) -> dict[str, Any]:
    """Reasoning is part of the output, but where the total says that it was counted beside it (xAI)."""
    prompt, output = count(told.get("input_tokens")), count(told.get("output_tokens"))
    details = wire.fields(told.get("input_tokens_details"))
    reasoning = count(wire.fields(told.get("output_tokens_details")).get("reasoning_tokens"))
    if reasoning and told.get("total_tokens") == prompt + output + reasoning:
        output += reasoning
    return usage(
        prompt, output, count(details.get("cached_tokens")), count(details.get("cache_write_tokens"))
    )


def _refusal(items: Items, event: wire.Event) -> None:
    items.refused = True
    items.text(event.output_index, event.content_index, event.delta or "")


def _summary(items: Items, event: wire.Event) -> None:
    items.thought(event.output_index, "summary", event.summary_index, event.delta or "")


def _reasoning(items: Items, event: wire.Event) -> None:
    items.thought(event.output_index, "content", event.content_index, event.delta or "")


def _arguments(items: Items, event: wire.Event) -> None:
    items.arguments(event.output_index, event.delta or "")


def _text_done(items: Items, event: wire.Event) -> None:
    items.text_whole(event.output_index, event.content_index, wire.text(event.text))


def _refusal_done(items: Items, event: wire.Event) -> None:
    items.refused = True
    items.text_whole(event.output_index, event.content_index, wire.text(event.refusal))


def _summary_done(items: Items, event: wire.Event) -> None:
    items.thought_whole(event.output_index, "summary", event.summary_index, wire.text(event.text))


def _reasoning_done(items: Items, event: wire.Event) -> None:
    items.thought_whole(event.output_index, "content", event.content_index, wire.text(event.text))


def _arguments_done(items: Items, event: wire.Event) -> None:
    items.arguments_whole(event.output_index, wire.text(event.arguments))


def _added(items: Items, event: wire.Event) -> None:
    items.begin(event.output_index, wire.value(event.item))


def _done(items: Items, event: wire.Event) -> None:
    items.whole(event.output_index, wire.value(event.item))


def _annotation(items: Items, event: wire.Event) -> None:
    items.cite(wire.value(event.annotation))


_SAY: Mapping[str, Callable[[Items, wire.Event], None]] = MappingProxyType(
    {
        "response.refusal.delta": _refusal,
        "response.reasoning_summary_text.delta": _summary,
        "response.reasoning_text.delta": _reasoning,
        "response.function_call_arguments.delta": _arguments,
        "response.output_text.done": _text_done,
        "response.refusal.done": _refusal_done,
        "response.reasoning_summary_text.done": _summary_done,
        "response.reasoning_text.done": _reasoning_done,
        "response.function_call_arguments.done": _arguments_done,
        "response.output_item.added": _added,
        "response.output_item.done": _done,
        "response.output_text.annotation.added": _annotation,
    }
)
"""Events that say something, or repeat it as a whole. Others tell of work in progress."""
