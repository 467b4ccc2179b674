"""What is true of a process now, for monitors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ccr.config.process import Process
from ccr.config.provider import Provider
from ccr.errors import KeyRefused, Overloaded, UpstreamError
from ccr.resilience.access import Access
from ccr.resilience.limiter import Limiter
from ccr.server.gauges import of_process, of_providers
from ccr.server.load import Load
from ccr.services import Services
from ccr.state.memory import Memory
from ccr.telemetry.metrics import FAMILY, Gauge
from tests.telemetry.accounts import a_try, an_exchange, books, settings

PROVIDER = Provider("lab", "http://127.0.0.1:9", "openai_chat", keys=("key-number-one", "key-number-two"))


def valid(gauges: list[Gauge]) -> dict[tuple[str, ...], float]:
    """By name and labels; each is of a family that has so many labels."""
    assert all(len(FAMILY[one.name].labels) == len(one.labels) for one in gauges)
    return {(one.name, *one.labels): one.value for one in gauges}


def test_requests_and_queues_are_told(tmp_path: Path) -> None:
    known = settings(path=tmp_path / "config.json")
    services = Services(known)
    load = Load(Process())
    ticket = load.enter()
    assert services.telemetry is not None
    services.telemetry.meter.watch(books(known)).ended(an_exchange(a_try()))
    subject: Any = SimpleNamespace(load=load, services=services)
    told = valid(list(of_process(subject, lambda: Limiter(known, Memory()))))
    assert (told["ccr_in_flight",], told["ccr_refused",]) == (1, 0)
    assert told["ccr_queue_depth", "meter"] == 1
    assert told["ccr_queue_depth", "limits"] == 0
    assert told["ccr_lost", "rows"] == 0
    ticket.leave()


def test_a_model_that_clients_make_up_is_told_of_only_while_it_is_out() -> None:
    provider = replace(PROVIDER, models=("m",))
    access = Access(provider, Memory())

    def ask(model: str, error: UpstreamError | None) -> None:
        leave = access.enter(None, model, anyway=True)
        assert leave is not None
        leave.failed(error) if error else leave.answered(0.1)

    for model, error in {"m": None, "made-up": None, "broken": Overloaded("busy", status=529)}.items():
        for _ in range(9):
            ask(model, error)
    told = valid(list(of_providers([provider], lambda _: access)))
    models = {labels[2]: value for labels, value in told.items() if labels[0] == "ccr_breaker_open"}
    assert models == {"": 0.0, "m": 0.0, "broken": 1.0}


def test_a_key_that_is_out_is_told_by_its_label_and_never_itself() -> None:
    access = Access(PROVIDER, Memory())
    leave = access.enter(None, "m")
    assert leave is not None
    leave.failed(KeyRefused("no such key", status=401))
    told = valid(list(of_providers([PROVIDER], lambda _: access)))
    keys = {labels[2]: value for labels, value in told.items() if labels[0] == "ccr_key_out"}
    assert sorted(keys.values()) == [0.0, 1.0]
    assert not any("key-number" in label for label in keys)
