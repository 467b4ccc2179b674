"""Facts in Redis: a copy here, changes told to all, and what to do when it was away."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from ccr.state.facts import LocalFacts
from ccr.state.link import Link, Request
from ccr.state.scripts import OUTLAST, PUT, Script

SAME = 0.1
"""Seconds by which the expiry of one fact may differ between two who look at it."""

RENEWED = 0.9
"""The share of its seconds that a fact must have left for the same, put again, not to be told again."""


class Told(msgspec.Struct, array_like=True):
    """What replicas tell each other of a fact."""

    by: str
    """Who knows it already; "": nobody."""

    name: str
    value: bytes
    seconds: float
    """0: it is forgotten."""


class Remote(NamedTuple):
    """A fact as it is in Redis."""

    value: bytes
    seconds: float
    """What it has left."""


class SharedFacts:
    """One half of the state in Redis. ``me`` tells this replica from all others."""

    def __init__(self, me: str, prefix: str, clock: Callable[[], float]) -> None:
        self.local = LocalFacts(clock)
        self.prefix, self.channel = f"{prefix}f:", f"{prefix}facts"
        self._me = me
        self._link: Link | None = None
        self._dropped: set[str] = set()
        """Dropped while Redis was away."""

        self._unheard: Counter[str] = Counter()
        """Of our changes, how many Redis has not told back yet: until then, others' news are older."""

    def put(self, name: str, value: bytes, seconds: float) -> None:
        known = self.local.get(name) == value and self.local.left(name) > seconds * RENEWED > 0
        self.local.put(name, value, seconds)
        self._dropped.discard(name)
        if not known:
            self._tell(name, value, max(0.0, seconds))

    def drop(self, name: str) -> None:
        if self.local.get(name) is not None:
            self.local.drop(name)
            self._tell(name, b"", 0.0)

    def heard(self, data: bytes) -> None:
        """A replica tells of a change, in the order in which Redis has them all."""
        try:
            told = msgspec.msgpack.decode(data, type=Told)
        except msgspec.DecodeError:
            return  # of another program, or another version of this
        if told.by == self._me:
            self._unheard -= Counter([told.name])
        elif told.name not in self._unheard:
            self.local.put(told.name, told.value, told.seconds)

    def joined(self, link: Link, there: Mapping[str, Remote]) -> None:
        """Both copies become one: of each fact, the value that lasts longer."""
        self._link = link
        self._unheard.clear()
        here = {name: Remote(value, seconds) for name, value, seconds in self.local.live()}
        for name, fact in there.items():
            if name not in self._dropped and not _outlasts(here.get(name), fact):
                self.local.put(name, *fact)
        for name, fact in here.items():
            if _outlasts(fact, there.get(name)):
                # Who joins at the same time may have been quicker: what Redis then tells is true for us, too.
                self._send(OUTLAST, Told("", name, *fact))
        for name in self._dropped:
            self._tell(name, b"", 0.0)
        self._dropped.clear()

    def _tell(self, name: str, value: bytes, seconds: float) -> None:
        link = self._link
        if link is None or link.broken:
            if not seconds:
                self._dropped.add(name)
            return
        self._unheard[name] += 1
        self._send(PUT, Told(self._me, name, value, seconds))

    def _send(self, script: Script, told: Told) -> None:
        assert self._link is not None
        args = (math.ceil(told.seconds * 1000), told.value, self.channel, msgspec.msgpack.encode(told))
        self._link.send(Request(script, [self.prefix + told.name], args))


def _outlasts(one: Remote | None, other: Remote | None) -> bool:
    if one is None or other is None:
        return one is not None
    return one.seconds > other.seconds + SAME
