"""What is made of a request without its messages: the same at every turn of a conversation, so made once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from ccr.anthropic.conversations import Messages
from ccr.anthropic.request import Body
from ccr.exchange import Call
from ccr.protocols.shared.effort import said_effort
from ccr.protocols.shared.tools import loaded_tools
from ccr.wire import json

Payload = dict[str, Any]


class _Made(NamedTuple):
    """``fields`` are the request's own but for its messages, of which it matters only what they ``say``."""

    fields: dict[str, object]
    say: tuple[object, ...]
    session: str | None
    payload: Payload
    notes: list[str]


def made_around(call: Call, what: Hashable, make: Callable[[Call], Payload]) -> Payload:
    """What ``make`` makes of everything in a request but its messages, and of its target.

    Where it was made before it is shared: objects in it are ``json.Fixed``.
    """
    said = call.body.get("messages")
    if type(said) is not Messages:
        return make(call)
    key = ("around", what, call.target.shown, call.stream)
    made: _Made | None = said.made.get(key)
    say = said_effort(said), loaded_tools(said)
    if made is None or made.say != say or made.session != call.session or not _same(call.body, made.fields):
        made = said.made[key] = _made(call, say, make)
    call.notes += [note for note in made.notes if note not in call.notes]
    return {name: [*value] if type(value) is list else value for name, value in made.payload.items()}


def _made(call: Call, say: tuple[object, ...], make: Callable[[Call], Payload]) -> _Made:
    fields: dict[str, object] = {name: value for name, value in call.body.items() if name != "messages"}
    before = len(call.notes)
    payload = {name: _fixed(value) for name, value in make(call).items()}
    notes, call.notes[before:] = call.notes[before:], []
    return _Made(fields, say, call.session, payload, notes)


def _fixed(value: object) -> object:
    if isinstance(value, list):
        return [*map(_fixed, value)]
    return json.Fixed(value) if isinstance(value, dict) and type(value) is not json.Fixed else value


def _same(body: Body, fields: dict[str, object]) -> bool:
    """Whether a request has these very values, which requests of one conversation share."""
    return len(body) == len(fields) + 1 and all(body.get(n, fields) is v for n, v in fields.items())
