"""Whether a provider, and a model of it, is asked: not while most of what is asked there fails, or is slow.

Closed: all is asked, and counted over a sliding window. Open: nothing is, unless nothing else is left to ask.
Half-open, after a while: a few probes; one that does well closes it, one that fails opens it for longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Literal, NamedTuple

from ccr.config.provider import Provider
from ccr.errors import Overloaded, UpstreamError
from ccr.resilience.bench import Bench, Facts, Length, Pass, Rest
from ccr.resilience.faults import Fault, fault_of
from ccr.resilience.window import Window

MODELS = 256
"""Models of a provider that are counted; then the one first seen is forgotten."""

State = Literal["closed", "open", "half-open"]


class _Circuit(NamedTuple):
    """What is counted, and under what its rest is kept."""

    name: str
    window: Window


@dataclass(slots=True, eq=False)
class Permit:
    """Leave for a call. The first of ``succeeded``, ``failed`` and ``released`` ends it; more do nothing."""

    of_model: _Circuit
    leave: Pass | None
    """None: nothing is known against provider or model."""

    open: bool = True


class BreakerState(NamedTuple):
    """A provider (``model`` is empty) or a model of it, as a status page shows it."""

    model: str
    state: State
    seconds: float
    """Until it is probed."""

    reason: str
    requests: int
    failures: int


class Breaker:
    """One provider's, for one event loop. ``clock`` gives seconds since 1970."""

    def __init__(self, provider: Provider, facts: Facts, clock: Callable[[], float] = time.time) -> None:
        self.options = options = provider.resilience.breaker
        self._provider = provider.name
        self._facts = facts
        self._clock = clock
        self._bench = Bench(facts, clock, options.max_open_seconds, options.probes)
        self._length = Length(options.open_seconds, options.max_open_seconds)
        self._whole = _Circuit(f"breaker:{provider.name}", Window(options.window_seconds))
        self._models: dict[str, _Circuit] = {}

    def enter(self, model: str, *, anyway: bool = False) -> Permit | None:
        """Leave to ask this model, or None while it or the provider is open.

        ``anyway``: nothing else is left, so that it is asked all the same, but with ``failFast``.
        """
        of_model, get = self._circuit(model), self._facts.get
        if not self.options.enabled or (get(self._whole.name) is None and get(of_model.name) is None):
            return Permit(of_model, None)
        names = (self._whole.name, of_model.name)
        leave = self._bench.enter(names, anyway=anyway and not self.options.fail_fast)
        return None if leave is None else Permit(of_model, leave)

    def succeeded(self, permit: Permit, seconds: float) -> None:
        """Content came after so long."""
        if not self._end(permit) or not self.options.enabled:
            return
        now, slow = self._clock(), 0 < self.options.slow_seconds < seconds
        if permit.leave is not None:
            self._heal(permit.leave)
        self._whole.window.add(now)
        permit.of_model.window.add(now, slow=slow)
        if slow and self._is_slow(permit.of_model.window, now):
            because = Rest(
                0.0, 0.0, reason=f"its answers begin after more than {self.options.slow_seconds:g} s"
            )
            self._bench.ill(Pass(), (permit.of_model.name,), self._length, because)

    def failed(self, permit: Permit, error: UpstreamError) -> None:
        """There was no answer, or half of one. Faults of keys and requests do not count."""
        fault = fault_of(error)
        if fault not in (Fault.PROVIDER, Fault.MODEL) or not self.options.enabled:
            self.released(permit)
        elif self._end(permit):
            now, leave = self._clock(), permit.leave or Pass()
            circuits = (self._whole, permit.of_model) if fault is Fault.PROVIDER else (permit.of_model,)
            for circuit in circuits:
                circuit.window.add(now, failed=True)
            opened = [
                one.name for one in circuits if one.name in leave.probes or self._fails(one.window, now)
            ]
            because = Rest(0.0, 0.0, status=error.status, reason=error.message[:200])
            self._bench.ill(leave, opened, self._length, because)

    def broke(self, model: str, error: UpstreamError) -> None:
        """An answer that had begun well broke off."""
        self.failed(Permit(self._circuit(model), None), error)

    def released(self, permit: Permit) -> None:
        """It was not found out: the client has left, or something else failed."""
        if self._end(permit) and permit.leave is not None:
            self._bench.left(permit.leave)

    def ready(self, model: str) -> bool:
        """Whether it would be asked now."""
        names = (self._whole.name, self._circuit(model).name)
        return not self.options.enabled or not any(map(self._bench.is_out, names))

    def refusal(self, model: str) -> UpstreamError:
        """What to tell where ``enter`` gave nothing."""
        rests = [self._bench.rest(name) for name in (self._whole.name, self._circuit(model).name)]
        last = max(filter(None, rests), key=lambda rest: rest.until, default=Rest(0.0, 0.0))
        wait = max(1, ceil(last.until - self._clock()))
        words = f"{self._provider} rests for {wait} s more, because too much failed: {last.reason}"
        return Overloaded(words, status=529, headers={"retry-after": str(wait)}, provider=self._provider)

    def states(self) -> tuple[BreakerState, ...]:
        """The provider and each model of it that was asked."""
        return (self._state("", self._whole), *(self._state(*item) for item in self._models.items()))

    def _circuit(self, model: str) -> _Circuit:
        circuit = self._models.get(model)
        if circuit is None:
            if len(self._models) >= MODELS:
                del self._models[next(iter(self._models))]
            name = f"{self._whole.name},{model}"
            circuit = self._models[model] = _Circuit(name, Window(self.options.window_seconds))
        return circuit

    def _end(self, permit: Permit) -> bool:
        """Whether it was open until now."""
        was, permit.open = permit.open, False
        return was

    def _heal(self, leave: Pass) -> None:
        self._bench.well(leave)
        for circuit in (self._whole, *self._models.values()):
            if circuit.name in leave.seen:
                circuit.window.clear()

    def _fails(self, window: Window, now: float) -> bool:
        counts, options = window.counts(now), self.options
        return counts.all >= options.min_requests and counts.failed >= options.failure_ratio * counts.all

    def _is_slow(self, window: Window, now: float) -> bool:
        counts, options = window.counts(now), self.options
        return counts.all >= options.min_requests and counts.slow >= options.slow_ratio * counts.all

    def _state(self, model: str, circuit: _Circuit) -> BreakerState:
        now, rest = self._clock(), self._bench.rest(circuit.name)
        counts = circuit.window.counts(now)
        if rest is None:
            return BreakerState(model, "closed", 0.0, "", counts.all, counts.failed)
        probed = self._bench.is_probed(circuit.name) or now >= rest.until
        state: State = "half-open" if probed else "open"
        seconds = 0.0 if probed else rest.until - now
        return BreakerState(model, state, seconds, f"{rest.status} {rest.reason}", counts.all, counts.failed)
