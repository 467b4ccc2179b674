"""What has gone out of an answer, in few events: those of long answers are thousands, freed all at once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from ccr.anthropic.events import Batch, BlockDelta, Event, Opaque


def merged(batches: Iterable[Batch]) -> Batch:
    """The same part of an answer in few events: pieces of one text, or of one call's arguments, are one."""
    found: Batch = []
    pieces: list[Any] = []
    of: tuple[object, ...] = ()
    for event in chain.from_iterable(batches):
        now, piece = _piece(event)
        if pieces and now != of:
            found.append(_joined(of, pieces))
            pieces = []
        of = now
        if now:
            pieces.append(piece)
        else:
            found.append(event)
    return [*found, _joined(of, pieces)] if pieces else found


_FIELDS = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}


def _piece(event: Event) -> tuple[tuple[object, ...], str | bytes]:
    """What an event is a piece of, and the piece; () for one that stands alone."""
    if isinstance(event, Opaque) and event.name != "message":
        return ("raw",), event.raw
    if isinstance(event, BlockDelta) and len(delta := event.delta) == 2:
        field = _FIELDS.get(delta.get("type", ""))
        if field is not None and isinstance(piece := delta.get(field), str):
            return (event.index, delta["type"], field), piece
    return (), ""


def _joined(of: tuple[Any, ...], pieces: list[Any]) -> Event:
    if of[0] == "raw":
        return Opaque("", b"".join(pieces))
    index, kind, field = of
    return BlockDelta(index, {"type": kind, field: "".join(pieces)})
