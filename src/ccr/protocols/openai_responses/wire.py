"""The parts of Responses events that are read. Whole items and answers stay bytes until they are needed."""

from __future__ import annotations

from typing import Any

import msgspec

from ccr.errors import Broken
from ccr.wire import json

NOTHING = msgspec.Raw()


class Event(msgspec.Struct, gc=False):
    """One event of a stream. Ids rotate between events at some providers: ``output_index`` is the key."""

    type: str = ""
    delta: str | None = None
    output_index: int = 0
    content_index: int = 0
    summary_index: int = 0
    item: msgspec.Raw = NOTHING
    annotation: msgspec.Raw = NOTHING
    response: msgspec.Raw = NOTHING
    error: msgspec.Raw = NOTHING


class Answer(msgspec.Struct):
    """A response object: what ``response.completed`` carries, or a whole JSON body."""

    status: str | None = None
    output: list[dict[str, Any]] | None = None
    usage: dict[str, Any] | None = None
    error: Any = None
    incomplete_details: dict[str, Any] | None = None


class _Type(msgspec.Struct):
    type: str = ""


_event = msgspec.json.Decoder(Event).decode
_type = msgspec.json.Decoder(_Type).decode


def event(data: bytes) -> Event:
    """An event's data. One of an unknown shape is known by its type alone."""
    try:
        return _event(data)
    except msgspec.ValidationError:
        return Event(type=_type_of(data))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.convert(_raw_parts(value(data)), Event)


def _type_of(data: bytes) -> str:
    try:
        return _type(data).type
    except msgspec.ValidationError:
        return ""


def _raw_parts(parts: dict[str, Any]) -> dict[str, Any]:
    """Values as bytes again where the struct keeps bytes."""
    raw = ("item", "annotation", "response", "error")
    return {k: msgspec.Raw(json.encode(v)) if k in raw else v for k, v in parts.items()}


def value(data: bytes | msgspec.Raw) -> dict[str, Any]:
    """A JSON object, read leniently; empty for anything else. Raises ``Broken`` for what is no JSON."""
    try:
        found = json.decode(bytes(data))
    except json.JSONError:
        raise Broken("The provider sent an event that is not JSON.") from None
    return found if isinstance(found, dict) else {}


def answer(data: bytes | msgspec.Raw) -> Answer | None:
    """A response object; None for anything else."""
    try:
        return msgspec.convert(json.decode(bytes(data)), Answer)
    except (json.JSONError, msgspec.ValidationError):
        return None
