"""For transformers that make, join or drop content blocks: the blocks of an answer, numbered anew."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from ccr.anthropic.events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    MessageDelta,
    MessageStop,
    understood,
)
from ccr.transformers.contract import Events


async def rewritten(events: Events, rewrite: Callable[[Event], Iterable[Event]]) -> AsyncIterator[Event]:
    """Each event replaced by what ``rewrite`` makes of it."""
    async for event in events:
        for new in rewrite(event):
            yield new


class Blocks:
    """Every method gives the events to send.

    A text block is closed only when something else comes: text that follows at once continues it, since
    clients show no more than the last of two text blocks in a row.
    """

    def __init__(self) -> None:
        self.open: str | None = None
        """The type of the block that is open."""

        self._next = 0
        self._last: tuple[dict[str, Any], ...] = ()

    def begin(self, block: dict[str, Any], last: Iterable[dict[str, Any]] = ()) -> list[Event]:
        """A new block. ``last`` are the deltas it will end with."""
        ended = self.close()
        self.open, self._last = str(block.get("type")), tuple(last)
        self._next += 1
        return [*ended, BlockStart(self._next - 1, block)]

    def delta(self, delta: dict[str, Any]) -> list[Event]:
        return [BlockDelta(self._next - 1, delta)]

    def end(self) -> list[Event]:
        """The open block is complete; a text block stays open for more."""
        return [] if self.open == "text" else self.close()

    def close(self) -> list[Event]:
        if self.open is None:
            return []
        self.open, index = None, self._next - 1
        return [*(BlockDelta(index, delta) for delta in self._last), BlockStop(index)]

    def text(self, text: str) -> list[Event]:
        """More text, in the open text block or a new one."""
        begun = [] if self.open == "text" else self.begin({"type": "text", "text": ""})
        return [*begun, *self.delta({"type": "text_delta", "text": text})]

    def relay(self, event: Event) -> list[Event]:
        """An event of the stream that is being edited: the same, under the block's new number."""
        match understood(event):
            case BlockStart(index, block):
                number, begun = self._next, self.begin(block)
                return [*begun[:-1], event] if index == number else begun
            case BlockDelta(index, delta):
                return [event] if index == self._next - 1 else self.delta(delta)
            case BlockStop():
                return self.end()
            case MessageDelta() | MessageStop():
                return [*self.close(), event]
        return [event]
