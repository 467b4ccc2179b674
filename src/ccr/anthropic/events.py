"""What an answer is made of: Anthropic's stream events.

The rule is *understand it wholly, or carry it untouched*: the event itself is strict, its payload an open
dict, and whatever does not fit is ``Opaque`` and goes out byte for byte.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import msgspec

from ccr.wire import json
from ccr.wire.sse import SSE


class Event(msgspec.Struct, frozen=True, tag_field="type", gc=False):
    """One event of a stream. Its tag is Anthropic's name of it."""


class MessageStart(Event, frozen=True, tag="message_start", gc=False):
    message: dict[str, Any]


class BlockStart(Event, frozen=True, tag="content_block_start", gc=False):
    index: int
    content_block: dict[str, Any]


class BlockDelta(Event, frozen=True, tag="content_block_delta", gc=False):
    index: int
    delta: dict[str, Any]


class BlockStop(Event, frozen=True, tag="content_block_stop", gc=False):
    index: int


class MessageDelta(Event, frozen=True, tag="message_delta", gc=False):
    delta: dict[str, Any]
    usage: dict[str, Any]


class MessageStop(Event, frozen=True, tag="message_stop", gc=False):
    pass


class Ping(Event, frozen=True, tag="ping", gc=False):
    pass


class Failure(Event, frozen=True, tag="error", gc=False):
    error: dict[str, Any]


class Opaque(Event, frozen=True, tag="opaque", gc=False):
    """An event that is carried, not understood.

    ``raw`` is the whole thing as it came: an SSE event with its blank line, or, under the name
    ``message``, a JSON body.
    """

    name: str
    raw: bytes


Known = MessageStart | BlockStart | BlockDelta | BlockStop | MessageDelta | MessageStop | Ping | Failure

Batch = list[Event]
"""The events that one read of the upstream gave: written to the client in one piece."""

Batches = AsyncGenerator[Batch, None]
"""An answer. Whoever holds it closes it (``aclose``), and with it the upstream."""

PING = b'event: ping\ndata: {"type":"ping"}\n\n'

_encode = msgspec.json.Encoder().encode
_known = msgspec.json.Decoder(Known)


def sse(event: Event) -> bytes:
    """An event as it goes to the client."""
    if isinstance(event, Opaque):
        return event.raw
    return b"event: " + _NAMES[type(event)] + b"\ndata: " + _encode(event) + b"\n\n"


_NAMES: dict[type[Event], bytes] = {
    MessageStart: b"message_start",
    BlockStart: b"content_block_start",
    BlockDelta: b"content_block_delta",
    BlockStop: b"content_block_stop",
    MessageDelta: b"message_delta",
    MessageStop: b"message_stop",
    Ping: b"ping",
    Failure: b"error",
}


def read(event: SSE) -> Event:
    """An upstream's event: understood when nothing of it would be lost, else carried.

    A struct drops unknown keys, so an event is understood only if writing it gives the same JSON keys.
    """
    try:
        known = _known.decode(event.data)
    except json.FAULTS:
        return Opaque(event.event, wrap(event))
    return known if len(_top(event.data)) == _KEYS[type(known)] else Opaque(event.event, wrap(event))


def understood(event: Event) -> Event:
    """The typed event in an ``Opaque`` one, as far as it can be understood; others are given back."""
    if not isinstance(event, Opaque):
        return event
    _, _, data = event.raw.partition(b"data:")
    try:
        known: Event = _known.decode(data.strip())
    except json.FAULTS:
        return event
    return known


def wrap(event: SSE) -> bytes:
    """The bytes of a foreign event."""
    name = b"event: " + event.event.encode() + b"\n" if event.event else b""
    return name + b"data: " + event.data.replace(b"\n", b"\ndata: ") + b"\n\n"


_top = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_KEYS: dict[type[Event], int] = {
    kind: 1 + len(kind.__struct_fields__)
    for kind in (MessageStart, BlockStart, BlockDelta, BlockStop, MessageDelta, MessageStop, Ping, Failure)
}
