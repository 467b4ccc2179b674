"""What is true of a process now, for ``/metrics``: what runs, what waits, what is out."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Iterator

from ccr.config.provider import Provider
from ccr.resilience.access import Access
from ccr.resilience.limiter import Limiter
from ccr.server.load import Load
from ccr.services import Services
from ccr.telemetry.metrics import Gauge

OUT = {"closed": 0.0, "half-open": 0.5, "open": 1.0}
UNUSED = {"healthy": 0.0, "probing": 0.5, "cooling": 1.0, "benched": 1.0}


class Subject(typing.Protocol):
    """The application."""

    @property
    def load(self) -> Load: ...

    @property
    def services(self) -> Services: ...


def of_process(subject: Subject, limiter: Callable[[], Limiter]) -> Iterator[Gauge]:
    """Requests in flight, the queues, and what got lost. ``limiter`` gives the one in use."""
    yield Gauge("ccr_in_flight", (), subject.load.in_flight)
    yield Gauge("ccr_refused", (), subject.load.refused)
    waits = subject.load.state()["bodies_waiting"]
    yield Gauge("ccr_queue_depth", ("bodies",), float(str(waits)))
    yield Gauge("ccr_queue_depth", ("limits",), limiter().waiting)
    if subject.services.telemetry is not None:
        meter = subject.services.telemetry.meter
        yield Gauge("ccr_queue_depth", ("meter",), meter.waiting)
        yield Gauge("ccr_lost", ("accounts",), meter.dropped)
    ledger = subject.services.ledger.health()
    if ledger["state"] != "off":
        yield Gauge("ccr_queue_depth", ("ledger",), ledger["waiting"])
        yield Gauge("ccr_lost", ("rows",), ledger["lost"]["requests"])


def of_providers(providers: Iterable[Provider], access: Callable[[Provider], Access]) -> Iterator[Gauge]:
    """Breakers of providers, of their models, and those that are open of others; and every key."""
    for provider in providers:
        found = access(provider)
        known = ("", *provider.models)  # clients may ask for any
        for circuit in found.breaker.states():
            if circuit.state == "closed" and circuit.model not in known:
                continue
            yield Gauge("ccr_breaker_open", (provider.name, circuit.model), OUT[circuit.state])
        for key in found.pool.states():
            yield Gauge("ccr_key_out", (provider.name, key.label), UNUSED[key.state])
