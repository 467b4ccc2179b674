"""``continue``: a text that broke off after the commit is written on by another target. Off by default.

The client sees one message. Text goes out up to the last white space, so that a break never falls into a
word; calls go out when they are whole, so that one that broke can still be made by the target that goes on.
Thinking before the text stays as it was; what the further target thinks is left out.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any

from ccr.agents.ask import unfolded
from ccr.agents.joint import TOKENS, added
from ccr.anthropic.events import (
    Batch,
    Batches,
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    MessageDelta,
    MessageStart,
    understood,
)
from ccr.errors import RouterError, UpstreamError
from ccr.upstream.prefill import Seam

Again = Callable[[str], Awaitable[Batches]]
"""Asks another target to go on with a text. Raises ``RouterError`` where none can."""

Over = Callable[[UpstreamError | None, bool], object]
"""Is told once that nothing comes any more: why it broke for good, and whether it came to its end."""

MOST = 2
"""How often one answer is taken up again."""

_THOUGHTS = ("thinking", "redacted_thinking")

LONGEST_WORD = 64
"""Text without white space goes out after so many characters all the same."""


class Continued(AsyncGenerator[Batch, None]):
    """The answer with what others wrote on. Closing it closes the one that is being read."""

    def __init__(
        self, batches: Batches, again: Again, most: int = MOST, over: Over = lambda *_: None
    ) -> None:
        self._batches = batches
        self._again = again
        self._over: Over | None = over
        self._most = most
        self._spoken = Spoken()
        self._events = self._read()

    def __anext__(self) -> Any:
        return self._events.__anext__()

    async def asend(self, value: None) -> Batch:  # noqa: ARG002 - nothing is sent to an answer
        return await self._events.__anext__()

    async def athrow(self, *error: Any) -> Batch:
        return await self._events.athrow(*error)

    async def aclose(self) -> None:
        await self._events.aclose()
        await self._batches.aclose()
        self._ended(None)

    async def _read(self) -> Batches:
        spoken = self._spoken
        while True:
            try:
                async for batch in self._batches:
                    if out := spoken.read(batch):
                        yield out
                self._ended(None)
                return
            except UpstreamError as error:
                failure = error
            finally:
                await self._batches.aclose()
            if not await self._resumed():
                if out := spoken.rest():
                    yield out
                self._ended(failure)
                raise failure

    def _ended(self, error: UpstreamError | None) -> None:
        over, self._over = self._over, None
        if over is not None:
            over(error, self._spoken.whole)

    async def _resumed(self) -> bool:
        if not self._most or not self._spoken.resumable:
            return False
        self._most -= 1
        try:
            self._batches = await self._again(self._spoken.text)
        except RouterError:
            return False
        self._spoken.resume()
        return True


class Spoken:
    """What the client has got of the message, and how what comes fits behind it."""

    def __init__(self) -> None:
        self.text = ""
        self._fixed = False
        """A call, or the end of the message, has gone out: no text can follow."""

        self.whole = False
        """The end of the message has gone out."""

        self._next = 0
        """The index of the client's next block."""

        self._open: int | None = None
        """The text block that is open, its end perhaps held."""

        self._thought: int | None = None
        """The block of thinking that is open."""

        self._places: dict[int, int] = {}
        """The client's index of each block of the answer that is being read."""

        self._word = ""
        self._whole: Batch = []
        """A call until it is whole."""

        self._seam: Seam | None = None
        self._again = False
        self._usage: dict[str, Any] = {}
        self._lost: dict[str, Any] = {}
        self._rounds: list[dict[str, Any]] = []

    @property
    def resumable(self) -> bool:
        return not self._fixed and bool(self.text.strip())

    def read(self, batch: Batch) -> Batch:
        """What of a batch goes to the client now."""
        out: Batch = []
        for carried in unfolded(batch):
            out += self._event(understood(carried), carried)
        return out

    def resume(self) -> None:
        """Another answer follows: what was held of the broken one was never said."""
        spent = {**self._usage, "output_tokens": max(len(self.text) // 4, 1)}
        self._lost = added(self._lost, spent)
        self._rounds.append(_round(spent))
        self._next -= bool(self._whole)  # the call that broke was never shown
        self._usage, self._places, self._whole, self._word = {}, {}, [], ""
        self._seam, self._again = Seam(self.text), True

    def rest(self) -> Batch:
        """Where nobody goes on: the text that was held."""
        return self._flush()

    def _event(self, event: Event, carried: Event) -> Batch:
        match event:
            case MessageStart(message):
                self._usage = dict(message.get("usage") or {})
                return [] if self._again else [carried]
            case BlockStart(index, block):
                return self._start(index, block)
            case BlockDelta(index, delta):
                return self._delta(index, delta)
            case BlockStop(index):
                return self._stop(index)
            case MessageDelta(delta, usage):
                self._fixed = self.whole = True
                return [*self._close(), MessageDelta(delta, self._total(usage))]
        return [carried]

    def _start(self, index: int, block: dict[str, Any]) -> Batch:
        kind = block.get("type")
        if kind in _THOUGHTS and self._again:
            return []
        if kind == "text" and self._seam is not None and self._open is not None:
            self._places[index] = self._open
            return []
        start = BlockStart(self._next, block)
        self._places[index], self._next = self._next, self._next + 1
        if kind != "text" and kind not in _THOUGHTS:
            self._whole = [start]
            return []
        out = self._close()
        self._open, self._thought = (start.index, None) if kind == "text" else (None, start.index)
        return [*out, start]

    def _delta(self, index: int, delta: dict[str, Any]) -> Batch:
        place = self._places.get(index)
        if place is None:
            return []
        if self._whole:
            self._whole.append(BlockDelta(place, delta))
            return []
        if place == self._open and delta.get("type") == "text_delta":
            text = str(delta.get("text") or "")
            return self._say(text if self._seam is None else self._seam.feed(text))
        return [BlockDelta(place, delta)]

    def _stop(self, index: int) -> Batch:
        place = self._places.get(index)
        if place is None:
            return []
        if self._whole:
            out = [*self._close(), *self._whole, BlockStop(place)]
            self._whole, self._fixed = [], True
            return out
        return self._flush() if place == self._open else self._close()

    def _say(self, text: str) -> Batch:
        self._word += text
        end = len(self._word.rstrip()) and max(map(self._word.rfind, " \n\t")) + 1
        return self._out(len(self._word) if len(self._word) - end > LONGEST_WORD else end)

    def _flush(self) -> Batch:
        """All of the text that is held."""
        if self._seam is not None:
            self._word += self._seam.end()
            self._seam = None
        return self._out(len(self._word))

    def _out(self, length: int) -> Batch:
        text, self._word = self._word[:length], self._word[length:]
        if not text or self._open is None:
            return []
        self.text += text
        return [BlockDelta(self._open, {"type": "text_delta", "text": text})]

    def _close(self) -> Batch:
        """The end of the block that is open; a text's was held, for it might go on."""
        out, opened = self._flush(), self._open if self._thought is None else self._thought
        self._open = self._thought = None
        return out if opened is None else [*out, BlockStop(opened)]

    def _total(self, usage: Mapping[str, Any]) -> dict[str, Any]:
        last = {**self._usage, **usage}
        if not self._rounds:
            return dict(usage)
        return {**added(self._lost, last), "iterations": [*self._rounds, _round(last)]}


def _round(usage: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "message"} | {key: usage.get(key) or 0 for key in TOKENS}
