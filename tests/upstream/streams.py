"""Answers to take apart in tests, and a source of them that knows whether it was closed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from ccr.anthropic.events import (
    Batch,
    Batches,
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    MessageDelta,
    MessageStart,
    MessageStop,
    Opaque,
    sse,
)

START: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [],
    "stop_reason": None,
    "stop_sequence": None,
    "usage": {"input_tokens": 10, "output_tokens": 1},
}


def begin() -> Event:
    return MessageStart(START)


def text(*pieces: str, index: int = 0) -> list[Event]:
    deltas = [BlockDelta(index, {"type": "text_delta", "text": piece}) for piece in pieces]
    return [BlockStart(index, {"type": "text", "text": ""}), *deltas, BlockStop(index)]


def thinking(*pieces: str, index: int = 0) -> list[Event]:
    deltas = [BlockDelta(index, {"type": "thinking_delta", "thinking": piece}) for piece in pieces]
    signature = BlockDelta(index, {"type": "signature_delta", "signature": "s"})
    start = BlockStart(index, {"type": "thinking", "thinking": "", "signature": ""})
    return [start, *deltas, signature, BlockStop(index)]


def tool(*pieces: str, index: int = 0, id: str = "toolu_1") -> list[Event]:
    deltas = [BlockDelta(index, {"type": "input_json_delta", "partial_json": piece}) for piece in pieces]
    start = BlockStart(index, {"type": "tool_use", "id": id, "name": "Read", "input": {}})
    return [start, *deltas, BlockStop(index)]


def end(reason: str | None = "end_turn", output: int = 5) -> list[Event]:
    usage = {"output_tokens": output}
    return [MessageDelta({"stop_reason": reason, "stop_sequence": None}, usage), MessageStop()]


def relayed(events: Iterable[Event]) -> list[Event]:
    """The same as an Anthropic upstream's bytes."""
    return [Opaque(event.__struct_config__.tag, sse(event)) for event in events]  # type: ignore[arg-type]


def cut(events: Sequence[Event], sizes: Iterable[int]) -> list[Batch]:
    """Batches of these sizes, one event each behind them."""
    batches, at = [], 0
    for size in sizes:
        batches.append(list(events[at : at + size]))
        at += size
    return [batch for batch in [*batches, *([event] for event in events[at:])] if batch]


class Source:
    """Gives batches; then ends, fails or hangs. ``turns``: awaits so often before each."""

    def __init__(self, batches: Iterable[Batch], then: BaseException | str = "end", turns: int = 0) -> None:
        self._batches = list(batches)
        self._then = then
        self._turns = turns
        self.begun = 0
        self.given = 0
        self.closed = 0

    async def stream(self) -> Batches:
        self.begun += 1
        try:
            for batch in self._batches:
                for _ in range(self._turns):
                    await asyncio.sleep(0)
                self.given += 1
                yield batch
            if isinstance(self._then, BaseException):
                raise self._then
            if self._then == "hang":
                await asyncio.get_running_loop().create_future()
        finally:
            self.closed += 1


async def all_of(batches: Batches) -> list[Event]:
    """Every event; closes the answer."""
    try:
        return [event async for batch in batches for event in batch]
    finally:
        await batches.aclose()
