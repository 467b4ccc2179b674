"""One message out of several answers: what is said between an agent's rounds, with one head and one end."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from ccr.agents.ask import unfolded
from ccr.anthropic.events import (
    Batch,
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    MessageDelta,
    MessageStart,
    MessageStop,
    Ping,
    understood,
)
from ccr.anthropic.message import Assembler, unfold
from ccr.anthropic.request import Block, Message

TOKENS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")


class Joint:
    """Reads answers one after another. ``own``: tools whose calls the client is not to see."""

    def __init__(self, own: Container[str]) -> None:
        self._own = own
        self._begun = False
        self._head: Event | None = None
        """``message_start``, until there is something to show: what fails before is an HTTP error."""

        self._next = 0
        """The index of the client's next block."""

        self._usage: dict[str, Any] = {}
        self._rounds: list[dict[str, Any]] = []
        self._start()

    def _start(self) -> None:
        """A new round."""
        self._places: dict[int, int] = {}
        """The client's index of each block of this answer that it sees."""

        self._answer = Assembler()
        self._delta: MessageDelta | None = None

    def read(self, batch: Batch) -> Batch:
        """What of a batch goes to the client now. The end of each answer is held back."""
        return self._headed([out for event in unfolded(batch) if (out := self._event(event)) is not None])

    def round(self) -> Message:
        """The whole answer of the round that has ended; the next one may come. Raises ``Broken``."""
        message = self._answer.message()
        self._rounds.append({"type": "message"} | {k: _count(message["usage"], k) for k in TOKENS})
        self._usage = added(self._usage, message["usage"])
        self._last, self._called = self._delta, any(self._shows_call(b) for b in message["content"])
        self._start()
        return message

    def show(self, block: Block) -> Batch:
        """A block of ours."""
        start, deltas = unfold(block)
        index, self._next = self._next, self._next + 1
        return self._headed(
            [BlockStart(index, start), *(BlockDelta(index, d) for d in deltas), BlockStop(index)]
        )

    def spend(self, usage: Mapping[str, Any]) -> None:
        """More that the answer took."""
        self._usage = added(self._usage, usage)

    def end(self) -> Batch:
        """The end of the message: the last answer's, with the usage of all.

        ``iterations`` tells the client how long the conversation now is: the sum would have it compact early.
        """
        assert self._last is not None
        delta, usage = self._last.delta, self._usage
        if delta.get("stop_reason") == "tool_use" and not self._called:
            delta = {**delta, "stop_reason": "end_turn"}
        if len(self._rounds) > 1:
            usage = {**usage, "iterations": self._rounds}
        return self._headed([MessageDelta(delta, usage), MessageStop()])

    def _headed(self, batch: Batch) -> Batch:
        """The batch, with the head of the message before its first event that is no ping."""
        if self._head is None or all(isinstance(event, Ping) for event in batch):
            return batch
        head, self._head = self._head, None
        return [head, *batch]

    def _event(self, carried: Event) -> Event | None:
        event = understood(carried)
        self._answer.add(event)
        match event:
            case MessageStart():
                self._head = self._head if self._begun else carried
                self._begun = True
                return None
            case BlockStart(index, content_block):
                return self._block(index, content_block, carried)
            case BlockDelta(index) | BlockStop(index):
                return self._moved(event, carried)
            case MessageDelta():
                self._delta = event
                return None
            case MessageStop():
                return None
        return carried

    def _block(self, index: int, block: Block, carried: Event) -> Event | None:
        if block.get("type") == "tool_use" and block.get("name") in self._own:
            return None
        self._places[index], self._next = self._next, self._next + 1
        place = self._places[index]
        return carried if place == index else BlockStart(place, block)

    def _moved(self, event: BlockDelta | BlockStop, carried: Event) -> Event | None:
        place = self._places.get(event.index)
        if place is None or place == event.index:
            return None if place is None else carried
        return BlockDelta(place, event.delta) if isinstance(event, BlockDelta) else BlockStop(place)

    def _shows_call(self, block: Block) -> bool:
        return block.get("type") == "tool_use" and block.get("name") not in self._own


def added(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Two usages in one: figures are summed, at every depth; of the rest the later one stays."""
    total = dict(first)
    for key, value in second.items():
        total[key] = _sum(total.get(key), value)
    return total


def _sum(first: Any, second: Any) -> Any:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return added(first, second)
    figures = [v for v in (first, second) if isinstance(v, int | float) and not isinstance(v, bool)]
    return sum(figures) if len(figures) == 2 else first if second is None else second


def _count(usage: Mapping[str, Any], key: str) -> int:
    value = usage.get(key)
    return value if isinstance(value, int) else 0
