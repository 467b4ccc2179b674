"""``enhancetool``: for models that write faulty JSON as the arguments of their calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ccr.anthropic.events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    MessageDelta,
    Opaque,
    Ping,
    understood,
)
from ccr.anthropic.message import as_sent
from ccr.transformers.blocks import rewritten
from ccr.transformers.contract import Events, Transformer
from ccr.wire import json


class EnhanceTool(Transformer):
    """Holds back each call's arguments until they are complete, and repairs what is no JSON object.

    Only a call that the output limit cut off stays as it is: half a file must not be written as a whole one.
    """

    name = "enhancetool"

    def events(self, events: Events) -> Events:
        return rewritten(events, _Repair())


class _Repair:
    def __init__(self) -> None:
        self._pieces: list[str] | None = None
        """The arguments so far of the call that is open."""

        self._faulty: tuple[int, str] | None = None
        """Number and arguments of a call that is over and needs repair, until it is known why it is over."""

    def __call__(self, event: Event) -> Iterable[Event]:
        known = understood(event)
        if isinstance(known, Ping | Opaque):
            return [event]
        settled = self._settled(known)
        match known:
            case BlockStart(_, {"type": "tool_use"}):
                self._pieces = []
            case BlockDelta(_, {"type": "input_json_delta", "partial_json": piece}) if (
                self._pieces is not None
            ):
                self._pieces.append(piece)
                return settled
            case BlockStop(index) if self._pieces is not None:
                return self._complete(index)
        return [*settled, event]

    def _complete(self, index: int) -> list[Event]:
        arguments, self._pieces = as_sent("".join(self._pieces or ())), None
        if not arguments.strip() or _is_object(arguments):
            return _ended(index, arguments)
        self._faulty = index, arguments
        return []

    def _settled(self, then: Event) -> list[Event]:
        """The call that waits, now that it is known what comes ``then``."""
        if self._faulty is None:
            return []
        (index, arguments), self._faulty = self._faulty, None
        cut_off = isinstance(then, MessageDelta) and then.delta.get("stop_reason") == "max_tokens"
        return _ended(index, arguments if cut_off else repaired(arguments))


def repaired(arguments: str) -> str:
    """The JSON object that faulty arguments were meant to be; ``{}`` when none can be made out."""
    from json_repair import repair_json

    value: Any = repair_json(arguments, return_objects=True)
    return json.encode(value if isinstance(value, dict) else {}).decode()


def _ended(index: int, arguments: str) -> list[Event]:
    delta = BlockDelta(index, {"type": "input_json_delta", "partial_json": arguments})
    return [*([delta] if arguments else []), BlockStop(index)]


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.decode(text), dict)
    except json.JSONError:
        return False
