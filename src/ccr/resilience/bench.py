"""What rests, by name, and who may ask it all the same: the health of keys, providers and models.

A rest ends by itself where the time is known, else by a probe that does well. It is kept in ``Facts``, that
replicas and the next start know of it; while all is well nothing is kept, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import msgspec

PROBE_SECONDS = 120.0
"""So long the other replicas leave alone what one of them probes."""

ASK_AGAIN_SECONDS = 60.0
"""Where nothing else is left, what rests for hours is asked once in so long: its owner may have paid."""

ASKED = 1024
"""Names of which is known when they were asked so."""


class Facts(Protocol):
    """Small values by name that expire, shared by replicas and kept over a restart. Never waits."""

    def get(self, name: str) -> bytes | None:
        """The value; None: never put, or expired."""

    def put(self, name: str, value: bytes, seconds: float) -> None:
        """Keep a value for so long; for 0 seconds: forget it."""


class Rest(msgspec.Struct, frozen=True, array_like=True):
    """One rest. Times are seconds since 1970: replicas have no other clock in common."""

    since: float
    until: float
    times: int = 1
    """How often in a row: the next rest is longer."""

    status: int = 0
    """What the provider answered last."""

    reason: str = ""
    sure: bool = False
    """The provider named the time itself."""

    ends: bool = False
    """It is over when the time is; otherwise a probe must find out."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long rests are, in seconds: the first, and the longest, each twice the one before."""

    first: float
    longest: float

    def of(self, times: int) -> float:
        return float(min(self.longest, self.first * 2 ** min(times - 1, 30)))


@dataclass(slots=True, eq=False)
class Pass:
    """Leave to ask. The first of the ``Bench``'s ``well``, ``ill`` and ``left`` ends it; more do nothing."""

    seen: dict[str, bytes | None] = field(default_factory=dict)
    """What was kept of rests that were over or passed over: doing well ends them, but none that is newer."""

    probes: dict[str, Rest] = field(default_factory=dict)
    """The rests that it is to find out about, as they were before."""

    open: bool = True


class _Probes(NamedTuple):
    """How many ask the same, and the rest that they are to find out about."""

    asking: int
    before: Rest


class Bench:
    """The rests of one process's names. ``clock`` gives seconds since 1970.

    A rest is remembered for ``remembered`` seconds after its time, so that the next one can be longer.
    """

    def __init__(self, facts: Facts, clock: Callable[[], float], remembered: float, probes: int = 1) -> None:
        self.facts = facts
        self.clock = clock
        self._remembered = remembered
        self._allowed = probes
        self._probing: dict[str, _Probes] = {}
        self._asked: dict[str, float] = {}

    def enter(self, names: Iterable[str], *, anyway: bool = False, lone: bool = False) -> Pass | None:
        """Leave to ask what has these names, or None where one of them rests.

        ``anyway``: nothing else is left, so that a time that is a guess gives way; a named one does not,
        unless it is ``lone``: where nothing is to be spared, who asks may hear it from the provider itself.
        """
        now, known = self.clock(), [(name, rest) for name in names if (rest := self.rest(name))]
        out = {name: rest for name, rest in known if self._is_out(name, rest, now)}
        if out and not (
            anyway and (lone or all(self._yields(name, rest, now) for name, rest in out.items()))
        ):
            return None
        given = Pass()
        for name, rest in known:
            if name in out:
                self._ask(name, now)
            elif not rest.ends:
                self._probe(given, name, rest, now)
            given.seen[name] = self.facts.get(name)
        return given

    def well(self, given: Pass) -> None:
        """It answered."""
        if self._end(given):
            for name, value in given.seen.items():
                if self.facts.get(name) == value:
                    self.facts.put(name, b"", 0.0)

    def left(self, given: Pass) -> None:
        """It was not found out: what a probe took is as before."""
        if self._end(given):
            for name, rest in given.probes.items():
                if name not in self._probing and self.facts.get(name) == given.seen[name]:
                    self._put(name, rest)

    def ill(self, given: Pass, names: Iterable[str], length: Length, because: Rest) -> None:
        """It failed, and these names rest from now. ``because``: why, and until when where that is ``sure``.

        What rests already does not for longer: calls that failed together have failed once.
        """
        if not given.open:
            return
        self.left(given)
        now = self.clock()
        for name in names:
            before = given.probes.get(name) or self.rest(name)
            if before is None or now >= before.until:
                self._rest_from(now, name, length, because, 1 + (before.times if before else 0))
            elif because.sure and not (before.sure and because.until <= before.until):
                self._rest_from(now, name, length, because, before.times)

    def rest(self, name: str) -> Rest | None:
        """What is kept under a name; None for nothing, or what nobody here has written."""
        value = self.facts.get(name)
        if value is None:
            return None
        try:
            return _decode(value)
        except msgspec.DecodeError:
            return None

    def is_out(self, name: str) -> bool:
        rest = self.rest(name)
        return rest is not None and self._is_out(name, rest, self.clock())

    def is_probed(self, name: str) -> bool:
        return name in self._probing

    def _is_out(self, name: str, rest: Rest, now: float) -> bool:
        probes = self._probing.get(name)
        return now < rest.until if probes is None else probes.asking >= self._allowed

    def _yields(self, name: str, rest: Rest, now: float) -> bool:
        return not rest.sure or now - self._asked.get(name, rest.since) >= ASK_AGAIN_SECONDS

    def _ask(self, name: str, now: float) -> None:
        if len(self._asked) >= ASKED:
            self._asked.clear()
        self._asked[name] = now

    def _probe(self, given: Pass, name: str, rest: Rest, now: float) -> None:
        count, before = self._probing.get(name) or _Probes(0, rest)
        if not count:
            self._put(name, msgspec.structs.replace(rest, until=now + PROBE_SECONDS))
        self._probing[name] = _Probes(count + 1, before)
        given.probes[name] = before

    def _end(self, given: Pass) -> bool:
        """Whether it was open until now. Its probes are free again."""
        was, given.open = given.open, False
        for name in given.probes if was else ():
            count, before = self._probing.pop(name)
            if count > 1:
                self._probing[name] = _Probes(count - 1, before)
        return was

    def _rest_from(self, now: float, name: str, length: Length, because: Rest, times: int) -> None:
        until = because.until if because.sure else now + length.of(times)
        self._put(name, msgspec.structs.replace(because, since=now, until=until, times=times))

    def _put(self, name: str, rest: Rest) -> None:
        self.facts.put(name, _encode(rest), max(0.0, rest.until - self.clock()) + self._remembered)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Rest).decode
