"""Builds a valid Anthropic stream from fragments in whatever order a provider sends them.

Laws (CONTRACT §6): indexes 0, 1, 2 …, one block open at a time, each closed once, nothing but deltas
carries text or arguments, no empty text blocks. Fragments of parallel calls may be interleaved: the
first call streams, what comes behind it waits until its arguments are whole.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import msgspec

from ccr.anthropic.events import (
    Batch,
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    MessageDelta,
    MessageStart,
    MessageStop,
)
from ccr.anthropic.ids import client_id, unique
from ccr.anthropic.turns import Turn
from ccr.wire import json

NO_USAGE = {"input_tokens": 0, "output_tokens": 0}


class _Block:
    """A block that is open, or waits for its turn."""

    __slots__ = ("deltas", "index", "key", "kind", "sealed", "start")

    def __init__(self, kind: str, start: dict[str, Any], key: Hashable = None) -> None:
        self.kind = kind
        self.start = start
        self.key = key
        self.deltas: list[dict[str, Any]] = []
        self.index = -1
        self.sealed = False

    def whole(self) -> bool:
        """Nothing is missing: the arguments of a call are one JSON object."""
        if self.kind != "tool":
            return True
        arguments = "".join(d["partial_json"] for d in self.deltas)
        try:
            return isinstance(msgspec.json.decode(arguments), dict)
        except json.FAULTS:
            return False

    def thinking(self) -> dict[str, Any]:
        """A thinking block with all its deltas in it."""
        text = "".join(d.get("thinking", "") for d in self.deltas)
        signature = "".join(d.get("signature", "") for d in self.deltas)
        return {"type": "thinking", "thinking": text, "signature": signature}


_KEPT = ("tool", "thinking")
"""Blocks whose deltas are needed after they are out: to see whether a call is whole, and for ``turn``."""


class BlockWriter:
    """Takes text, thinking and calls; ``take`` gives the events that came of it so far."""

    def __init__(self, model: str, taken_ids: Callable[[], Iterable[str]] = tuple) -> None:
        self.model = model
        self.message_id = ""
        self.usage: dict[str, Any] = dict(NO_USAGE)
        """What ``message_start`` says; the true figures come with ``finish``."""
        self.has_tools = False
        self.started = False
        self.finished = False
        self._taken_ids = taken_ids
        self._taken: set[str] | None = None
        self._thought: list[_Block] = []
        self._tools: list[str] = []
        self._final_usage: dict[str, Any] = {}
        self._events: list[Event] = []
        self._open: _Block | None = None
        self._waiting: deque[_Block] = deque()
        self._blank = ""
        self._next_index = 0

    # What providers say.

    def text(self, text: str) -> None:
        """A piece of text. White space alone waits: at an end of the text it is dropped."""
        if not text:
            return
        if self._last_kind() == "text" and not self._last().sealed:
            self._delta(self._last(), {"type": "text_delta", "text": self._with_blank(text)})
        elif text.isspace():
            self._blank += text
        else:
            block = self._begin(_Block("text", {"type": "text", "text": ""}))
            self._delta(block, {"type": "text_delta", "text": self._with_blank(text)})

    @property
    def in_text(self) -> bool:
        """A text is open, and more of it may go out as it comes."""
        block = self._open
        return (
            block is not None and block.kind == "text" and not (block.sealed or self._waiting or self._blank)
        )

    def more(self, text: str) -> Batch:
        """A further piece of the text that is open (``in_text``): ``text`` and ``take`` in one."""
        assert self._open is not None
        return [BlockDelta(self._open.index, {"type": "text_delta", "text": text})]

    def seal_text(self) -> None:
        """The text is complete: what follows is a block of its own."""
        if self._last_kind() == "text":
            self._last().sealed = True

    def thinking(self, text: str) -> None:
        """A piece of reasoning. After a signature it opens a block of its own."""
        if text:
            self._delta(self._thinking_block(), {"type": "thinking_delta", "thinking": text})

    def signature(self, signature: str) -> None:
        """Signs the reasoning so far, or an empty block where there was none."""
        block = self._thinking_block()
        block.sealed = True
        self._delta(block, {"type": "signature_delta", "signature": signature})

    def tool(self, key: Hashable, id: str | None, name: str) -> str:
        """A new call; ``key`` is what the provider's fragments refer to it by. Gives the client's id."""
        tool_id = self.new_id(id)
        self.call(key, tool_id, name)
        return tool_id

    def new_id(self, id: str | None) -> str:
        """The client's id for a call that is yet to be opened, from the provider's."""
        if self._taken is None:  # most answers call nothing, and need not know what earlier ones called
            self._taken = set(self._taken_ids())
        tool_id = client_id(id, self._taken)
        self._taken.add(tool_id)
        return tool_id

    def call(self, key: Hashable, tool_id: str, name: str) -> None:
        """Opens a call under an id that ``new_id`` gave."""
        self.has_tools = True
        self._tools.append(tool_id)
        self._begin(_Block("tool", {"type": "tool_use", "id": tool_id, "name": name, "input": {}}, key))

    def arguments(self, key: Hashable, fragment: str) -> None:
        """A piece of a call's arguments, as JSON text. Pieces of a call that is complete are dropped."""
        if not fragment:
            return
        block = self._call(key)
        if block is None:
            return
        self._delta(block, {"type": "input_json_delta", "partial_json": fragment})
        if block is self._open and self._waiting and fragment.rstrip().endswith("}"):
            self._advance()

    def block(self, content_block: dict[str, Any], deltas: Iterable[dict[str, Any]] = ()) -> None:
        """A whole block of another kind, such as ``web_search_tool_result``."""
        block = self._begin(_Block("whole", content_block))
        for delta in deltas:
            self._delta(block, delta)

    def citation(self, citation: dict[str, Any]) -> None:
        """A citation of the text that was last written; without text it is dropped."""
        if self._last_kind() == "text":
            self._delta(self._last(), {"type": "citations_delta", "citation": citation})

    def finish(
        self, stop_reason: str, usage: dict[str, Any], *, stop_sequence: str | None = None, **extra: Any
    ) -> None:
        """Ends the message. ``tool_use`` is said if and only if there is a call."""
        if self.finished:
            return
        self.finished = True
        self._final_usage = usage
        self._ensure_started()
        self._close_all()
        delta = {"stop_reason": self._reason(stop_reason), "stop_sequence": stop_sequence, **extra}
        self._events += MessageDelta(delta, usage), MessageStop()

    def take(self) -> Batch:
        """The events since the last call."""
        events, self._events = self._events, []
        return events

    def turn(self) -> Turn:
        """What was thought and which calls were made so far."""
        thinking = tuple(block.thinking() for block in self._thought)
        places = tuple(block.index for block in self._thought)
        return Turn(thinking, tuple(self._tools), self._final_usage, places)

    # How the stream is kept valid.

    def _reason(self, reason: str) -> str:
        if reason in ("end_turn", "tool_use"):
            return "tool_use" if self.has_tools else "end_turn"
        return reason

    def _last(self) -> _Block:
        block = self._waiting[-1] if self._waiting else self._open
        assert block is not None
        return block

    def _last_kind(self) -> str:
        return self._last().kind if self._waiting or self._open else ""

    def _with_blank(self, text: str) -> str:
        text, self._blank = self._blank + text, ""
        return text

    def _thinking_block(self) -> _Block:
        if self._last_kind() == "thinking" and not self._last().sealed:
            return self._last()
        block = _Block("thinking", {"type": "thinking", "thinking": "", "signature": ""})
        self._thought.append(block)
        return self._begin(block)

    def _call(self, key: Hashable) -> _Block | None:
        if self._open is not None and self._open.kind == "tool" and self._open.key == key:
            return self._open
        return next((b for b in self._waiting if b.kind == "tool" and b.key == key), None)

    def _begin(self, block: _Block) -> _Block:
        if self._open is not None and (self._waiting or not self._open.whole()):
            self._waiting.append(block)
            return block
        self._close()
        self._show(block)
        return block

    def _delta(self, block: _Block, delta: dict[str, Any]) -> None:
        if block is self._open:
            self._events.append(BlockDelta(block.index, delta))
        if block is not self._open or block.kind in _KEPT:
            block.deltas.append(delta)

    def _advance(self) -> None:
        """The open call may be whole now: let those behind it come, as far as they are whole too."""
        while self._waiting and self._open is not None and self._open.whole():
            self._close()
            self._show(self._waiting.popleft())

    def _show(self, block: _Block) -> None:
        self._ensure_started()
        block.index = self._next_index
        self._next_index += 1
        self._open = block
        self._events.append(BlockStart(block.index, block.start))
        self._events.extend(BlockDelta(block.index, delta) for delta in block.deltas)

    def _close(self) -> None:
        if self._open is not None:
            self._events.append(BlockStop(self._open.index))
            self._open = None

    def _close_all(self) -> None:
        self._close()
        while self._waiting:
            self._show(self._waiting.popleft())
            self._close()

    def _ensure_started(self) -> None:
        if self.started:
            return
        self.started = True
        message: dict[str, Any] = {
            "id": self.message_id or f"msg_{unique()}",
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": self.usage,
        }
        self._events.append(MessageStart(message))
