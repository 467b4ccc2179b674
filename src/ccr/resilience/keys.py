"""Which of a provider's keys is shown: one session, one key, so that prompt caches hit; none that is out.

A key is *benched* that was refused: one probe at a time tries it again, after longer and longer rests. A key
is *cooled* that is over its limit, until the time that the provider names; only without one is that a guess.
Both hold for one model where the provider's answer does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from typing import Literal, NamedTuple

from ccr.config.provider import Provider
from ccr.errors import KeyRefused, Overloaded, UpstreamError
from ccr.resilience.bench import Bench, Facts, Length, Pass, Rest
from ccr.resilience.faults import Fault, fault_of, holds_for_whole_key
from ccr.resilience.selection import Row, strategy

MODELS = 256
"""Models of which is remembered under what their keys' rests are kept."""

Health = Literal["healthy", "cooling", "benched", "probing"]


@dataclass(slots=True, eq=False)
class Lease:
    """One use of a key. The first of ``succeeded``, ``failed`` and ``released`` ends it; more do nothing."""

    index: int
    key: str
    label: str
    model: str
    session: str | None
    leave: Pass | None
    """None: nothing is known against the key."""

    open: bool = True


class KeyState(NamedTuple):
    """A key as a status page shows it."""

    label: str
    state: Health
    seconds: float
    """Until it is back; 0 where it is not out, or only a probe can tell."""

    reason: str
    uses: int
    models: tuple[str, ...]
    """The models that it rests for; empty where it rests for all or none."""


class KeyPool:
    """The keys of one provider, for one event loop. ``clock`` gives seconds since 1970.

    A provider without keys has a pool of one empty key.
    """

    def __init__(self, provider: Provider, facts: Facts, clock: Callable[[], float] = time.time) -> None:
        self._provider = provider.name
        self._keys = provider.keys or ("",)
        self._labels = labels_of(provider)
        self._names = tuple(_name(provider.name, key) for key in self._keys)
        self._facts = facts
        self._clock = clock
        options = provider.resilience.key_pool
        self._bench = Bench(facts, clock, options.max_bench_seconds)
        self._benched = Length(options.bench_seconds, options.max_bench_seconds)
        self._cooled = Length(options.cool_seconds, options.max_cool_seconds)
        self._order = strategy(options.strategy, self._rows(provider), f"at:{provider.name}:", facts, options)
        self._uses = [0] * len(self._keys)
        self._of_model: dict[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def choose(
        self, session: str | None, model: str = "", exclude: Collection[int] = (), *, anyway: bool = False
    ) -> Lease | None:
        """A key for this session and model, or None where all are out.

        ``exclude``: the indexes of those that this request has tried. ``anyway``: nothing else is left, so
        that a key is given whose rest is only a guess; one whose time the provider named is not, but where
        it is the only one: the provider's own word is better than ours then.
        """
        if len(self._keys) == 1:
            return None if exclude else self._lease(0, session, model, anyway=anyway)
        now = self._clock()
        order = [index for index in self._order.indexes(session, now) if index not in exclude]
        for forced in (False, True) if anyway else (False,):
            for index in order:
                if (lease := self._lease(index, session, model, anyway=forced)) is not None:
                    self._order.chosen(index, now)
                    return lease
        return None

    def succeeded(self, lease: Lease) -> None:
        """The answer has begun well."""
        if not self._end(lease):
            return
        if lease.leave is not None:
            self._bench.well(lease.leave)
        if lease.session is not None and len(self._keys) > 1:
            self._order.answered(lease.session, lease.index, self._clock())

    def failed(self, lease: Lease, error: UpstreamError) -> None:
        """There was no answer. What is not the key's fault says nothing of the key."""
        fault = fault_of(error)
        if fault not in (Fault.KEY, Fault.LIMIT):
            self.released(lease)
        elif self._end(lease):
            whole = holds_for_whole_key(error)
            name = self._both(lease.index, lease.model)[0 if whole else 1]
            length = self._cooled if fault is Fault.LIMIT else self._benched
            self._bench.ill(lease.leave or Pass(), (name,), length, self._because(fault, error))

    def released(self, lease: Lease) -> None:
        """It was not found out whether the key does: the client has left, or something else failed."""
        if self._end(lease) and lease.leave is not None:
            self._bench.left(lease.leave)

    def ready(self, model: str = "", exclude: Collection[int] = ()) -> bool:
        """Whether there is a key that may be asked for this model now."""
        return any(
            not any(map(self._bench.is_out, self._both(index, model)))
            for index in range(len(self._keys))
            if index not in exclude
        )

    def next_at(self, model: str = "") -> float:
        """Seconds until the soonest key is back; 0: one is."""
        return min(self._wait(index, model) for index in range(len(self._keys)))

    def refusal(self, model: str = "") -> UpstreamError:
        """What to tell where ``choose`` gave nothing: 429 with a true ``retry-after``, or as refused."""
        index = min(range(len(self._keys)), key=lambda n: self._wait(n, model))
        wait = ceil(self._wait(index, model))
        last = max(self._rests(index, model), key=lambda rest: rest.until, default=Rest(0.0, 0.0, ends=True))
        whose = "The key" if len(self._keys) == 1 else f"Each of the {len(self._keys)} keys"
        words = (
            f"{whose} of {self._provider} rests, the first one for {wait} s more: {last.reason or 'refused'}"
        )
        if not last.ends:
            return KeyRefused(words, status=last.status, provider=self._provider)
        headers = {"retry-after": str(max(1, wait))}
        error = Overloaded(words, status=429, headers=headers, provider=self._provider)
        error.reset = self._wait(index, model)
        return error

    def states(self) -> tuple[KeyState, ...]:
        """Each key, for people and monitors; never the key itself."""
        return tuple(map(self._state, range(len(self._keys))))

    # One key.

    def _lease(self, index: int, session: str | None, model: str, *, anyway: bool) -> Lease | None:
        get, names, leave = self._facts.get, self._both(index, model), None
        if get(names[0]) is not None or get(names[1]) is not None:
            leave = self._bench.enter(names, anyway=anyway, lone=len(self._keys) == 1)
            if leave is None:
                return None
        self._uses[index] += 1
        self._order.began(index)
        return Lease(index, self._keys[index], self._labels[index], model, session, leave)

    def _end(self, lease: Lease) -> bool:
        """Whether it was open until now."""
        was, lease.open = lease.open, False
        if was:
            self._order.ended(lease.index)
        return was

    def _because(self, fault: Fault, error: UpstreamError) -> Rest:
        return Rest(
            since=0.0,
            until=self._clock() + (error.reset or 0.0),
            status=error.status,
            reason=error.message[:200],
            sure=bool(error.reset),
            ends=fault is Fault.LIMIT,
        )

    def _both(self, index: int, model: str) -> tuple[str, str]:
        """Under what the rests are kept that hold for the key, and for it with this model."""
        return self._names[index], self._names_of(model)[index]

    def _names_of(self, model: str) -> tuple[str, ...]:
        names = self._of_model.get(model)
        if names is None:
            if len(self._of_model) >= MODELS:
                self._of_model.clear()
            names = self._of_model[model] = tuple(f"{name}:{model}" for name in self._names)
        return names

    def _rests(self, index: int, model: str) -> list[Rest]:
        return [rest for name in self._both(index, model) if (rest := self._bench.rest(name))]

    def _wait(self, index: int, model: str) -> float:
        now = self._clock()
        return max((rest.until - now for rest in self._rests(index, model)), default=0.0)

    def _state(self, index: int) -> KeyState:
        now = self._clock()
        whole = self._bench.rest(self._names[index])
        of_models = {model: self._bench.rest(names[index]) for model, names in self._of_model.items()}
        resting = {model: rest for model, rest in of_models.items() if rest is not None and now < rest.until}
        rest = whole or max(resting.values(), key=lambda one: one.until, default=None)
        health: Health = "healthy"
        if self._bench.is_probed(self._names[index]):
            health = "probing"
        elif rest is not None and (now < rest.until or not rest.ends):
            health = "cooling" if rest.ends else "benched"
        if rest is None or health == "healthy":
            return KeyState(self._labels[index], health, 0.0, "", self._uses[index], ())
        seconds, reason = max(0.0, rest.until - now), f"{rest.status} {rest.reason}"
        models = () if whole is rest else tuple(resting)
        return KeyState(self._labels[index], health, seconds, reason, self._uses[index], models)

    def _rows(self, provider: Provider) -> list[Row]:
        options = provider.key_options or ({},) * len(self._keys)
        return [
            Row(name, beside.get("weight", 1.0), beside.get("priority"))
            for name, beside in zip(self._names, options, strict=True)
        ]


def _name(provider: str, key: str) -> str:
    """Under what a key is known to replicas: it tells nothing of the key."""
    digest = sha256(f"{provider}\0{key}".encode()).hexdigest()
    return f"key:{provider}:{digest[:16]}"


def labels_of(provider: Provider) -> tuple[str, ...]:
    """What people call the provider's keys; ``""`` where it needs none."""
    if not provider.keys:
        return ("",)
    given = provider.key_options or ({},) * len(provider.keys)
    return tuple(str(beside.get("label") or f"key{n}") for n, beside in enumerate(given, 1))
