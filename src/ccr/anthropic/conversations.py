"""Requests that begin and end like one before: of a conversation that grows only what is new is read.

Claude Code sends the whole conversation at every turn, then its system prompt and tools, which stay the same.
A JSON text that begins with bytes which were read up to the end of a message, and ends with bytes which were
read from the end of the messages on, says there what it said then: what lies between is all there is to read.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from ccr.wire import json

KEPT = 16
"""Conversations that are remembered: a session has one, and one for each of its subagents."""

MOST = 8 << 20
"""Bytes of them; what was read of them takes two or three times as much again."""

WORTH_IT = 4_000
"""Bytes of a request below which reading all of it is as quick."""

ENDS = 1_000
"""Bytes at the beginning and at the end of a request that tell whether one of its conversation came before:
most of what it takes to remember one is saved where clients ask but once."""

SEEN = 256

MARK = b'"cache_control":'
"""Marked messages are the last ones; the next turn sends them without the mark."""

State = TypeVar("State")

_NAME = b'"messages"'
_COLON = re.compile(rb"\s*:\s*")
_COMMA = re.compile(rb"[\s,]*")
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_split = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode = msgspec.json.Decoder().decode


class Messages(list[Any]):
    """Messages whose first ``known`` are also the first of other requests: shared, so never changed.

    ``made`` is what others made of such beginnings, as long ones as there were; kept as long as those are.
    """

    __slots__ = ("known", "made")

    def __init__(self, messages: list[Any], known: int, made: dict[Hashable, Any]) -> None:
        super().__init__(messages)
        self.known = known
        self.made = made


def folded(said: list[Any], what: Hashable, start: State, step: Callable[[State, Any], State]) -> State:
    """What comes of messages by one ``step`` after the other; where they are shared, each is taken once.

    ``what`` names the steps. No step changes the state that it is given.
    """
    end, state = 0, start
    if type(said) is Messages:
        known: tuple[int, State] = said.made.get(what, (0, start))
        if known[0] <= said.known:
            end, state = known
        if end < said.known:
            for message in said[end : said.known]:
                state = step(state, message)
            end = said.known
            if known[0] < end:
                said.made[what] = end, state
    for message in said[end:]:
        state = step(state, message)
    return state


class _Known(NamedTuple):
    """A request's bytes up to some message and from the end of the messages on, and what they say.

    What they say is shared by all requests that begin and end so: nobody changes it.
    """

    head: bytes
    tail: bytes
    before: dict[str, Any]
    messages: list[Any]
    after: dict[str, Any]
    made: dict[Hashable, Any]


class Conversations:
    """Mutable state: what was read last of each conversation, the one of the last request at the end."""

    def __init__(self, kept: int = KEPT, most: int = MOST) -> None:
        self._kept = kept
        self._most = most
        self._known: deque[_Known] = deque()
        self._seen: dict[int, None] = {}

    def read(self, raw: bytes) -> dict[str, Any] | None:
        """The request, where its beginning and its end are known; else None, also for what is no JSON."""
        for place in range(len(self._known) - 1, -1, -1):
            known = self._known[place]
            if raw.startswith(known.head) and raw.endswith(known.tail):
                return self._continued(place, raw)
        return None

    def comes_again(self, raw: bytes, parts: Mapping[str, msgspec.Raw]) -> bool:
        """Whether a request looks like one that came before: then it is worth to be remembered.

        ``parts``: its fields.
        """
        names = list(parts)
        behind = sum(len(parts[name]) for name in names[names.index("messages") + 1 :])
        ends = hash((raw[:ENDS], raw[len(raw) - min(behind, ENDS) :]))
        if ends in self._seen:
            return True
        self._seen[ends] = None
        if len(self._seen) > SEEN:
            del self._seen[next(iter(self._seen))]
        return False

    def learn(self, raw: bytes, messages: msgspec.Raw, body: dict[str, Any]) -> None:
        """Remembers a request that was read as a whole; ``messages`` are the bytes of its messages.

        Those that it will share become ``Messages``.
        """
        if len(raw) < WORTH_IT or (found := _cut(raw, bytes(messages), list(body))) is None:
            return
        start, end, parts = found
        names = list(body)
        at = names.index("messages")
        before = {name: body[name] for name in names[:at]}
        after = {name: body[name] for name in names[at + 1 :]}
        fresh = _grown(_Known(raw[:start], raw[end:], before, [], after, {}), raw, parts, body["messages"])
        self._keep(fresh)
        body["messages"] = Messages(body["messages"], len(fresh.messages), fresh.made)

    def _continued(self, place: int, raw: bytes) -> dict[str, Any] | None:
        known = self._known[place]
        middle = raw[len(known.head) : len(raw) - len(known.tail)]
        try:
            parts = [bytes(part) for part in _list(b"[" + middle + b"]")]
            messages = [_decode(part) for part in parts]
        except (*json.FAULTS, msgspec.ValidationError):
            return None
        if not messages:
            return None
        grown = _grown(known, raw, parts, messages)
        if grown is not known or place != len(self._known) - 1:
            del self._known[place]
            self._keep(grown)
        shared = Messages([*known.messages, *messages], len(grown.messages), grown.made)
        return {**known.before, "messages": shared, **known.after}

    def _keep(self, known: _Known) -> None:
        self._known.append(known)
        size = sum(len(each.head) + len(each.tail) for each in self._known)
        while len(self._known) > self._kept or (size > self._most and self._known):
            dropped = self._known.popleft()
            size -= len(dropped.head) + len(dropped.tail)


def _cut(raw: bytes, whole: bytes, names: list[str]) -> tuple[int, int, list[bytes]] | None:
    """Where the messages begin and end, and each of them; None where that is not quite sure.

    What stands around them has to be the rest of the object: no name twice, in any spelling.
    """
    if (found := _place(raw, whole)) < 0:
        return None
    start, end = found + 1, found + len(whole) - 1
    rest = raw[end + 1 :].lstrip()
    try:
        parts = [bytes(part) for part in _list(whole)]
        before, after = [*_split(raw[:start] + b"]}")], [*_split(b"{" + rest.removeprefix(b","))]
    except (*json.FAULTS, msgspec.ValidationError):
        return None
    sure = before[-1] == "messages" and before + after == names
    return (start, end, parts) if sure else None


def _place(raw: bytes, whole: bytes) -> int:
    """Where the messages stand; -1 where they are called otherwise, as with escapes in their name."""
    name = raw.find(_NAME)
    while name >= 0:
        colon = _COLON.match(raw, name + len(_NAME))
        if colon is not None and raw.startswith(whole, colon.end()):
            return colon.end()
        name = raw.find(_NAME, name + 1)
    return -1


def _grown(known: _Known, raw: bytes, parts: list[bytes], messages: list[Any]) -> _Known:
    """With those of the messages behind it that the next turn will bring alike."""
    count = next((n for n, part in enumerate(parts) if MARK in part), len(parts) - 1)
    if count < 1:
        return known
    end = _next(raw, len(known.head))
    for part in parts[:count]:
        end = _next(raw, end + len(part))
    return known._replace(head=raw[:end], messages=[*known.messages, *messages[:count]])


def _next(raw: bytes, place: int) -> int:
    """Where the next message begins."""
    comma = _COMMA.match(raw, place)
    return comma.end() if comma is not None else place
