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
    text: Any = None
    refusal: Any = None
    arguments: Any = None
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
    output: list[Any] | None = None
    usage: Any = None
    error: Any = None
    incomplete_details: Any = None


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
    except json.FAULTS:
        return event(json.encode(value(data)))


def _type_of(data: bytes) -> str:
    try:
        return _type(data).type
    except json.FAULTS:
        return ""


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


def text(found: object) -> str:
    """A text; empty for anything else."""
    return found if isinstance(found, str) else ""


def fields(found: object) -> dict[str, Any]:
    """An object's fields; none for anything else."""
    return found if isinstance(found, dict) else {}


def objects(found: object) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
