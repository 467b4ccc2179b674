"""One thread takes what is over, in batches."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

import pytest

from ccr.errors import Unauthorized
from ccr.telemetry import meter as module
from ccr.telemetry.meter import Meter, Refusal
from ccr.telemetry.record import Record
from tests.telemetry.accounts import a_try, an_exchange, books


class Kept:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.batches: list[list[Record]] = []
        self.refusals: list[Refusal] = []
        self.threads: set[str] = set()
        self.come = threading.Event()
        self.closed = False

    def take(self, records: Sequence[Record], refusals: Sequence[Refusal]) -> None:
        self.batches.append(list(records))
        self.refusals += refusals
        self.threads.add(threading.current_thread().name)
        self.come.set()

    def close(self) -> None:
        self.closed = True


class Failing(Kept):
    """One that cannot take anything."""

    def take(self, records: Sequence[Record], refusals: Sequence[Refusal]) -> None:  # noqa: ARG002
        raise OSError("No space left on device")


def test_what_came_since_is_one_batch_for_every_sink() -> None:
    first, second = Kept(), Kept()
    meter = Meter([first, second])
    watch = meter.watch(books())
    for _ in range(3):
        watch.ended(an_exchange(a_try()))
    meter.flush()
    meter.flush()
    assert [len(batch) for batch in first.batches] == [3]
    assert first.batches == second.batches


def test_refusals_are_told_although_they_have_no_row() -> None:
    sink = Kept()
    meter = Meter([sink])
    meter.refused(Unauthorized("no key"), "req_1")
    meter.flush()
    assert sink.batches == [[]]
    assert [(one.status, one.error) for one in sink.refusals] == [(401, "Unauthorized")]


def test_a_sink_that_fails_stops_nobody_and_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    failing, kept = Failing(), Kept()
    meter = Meter([failing, kept])
    watch = meter.watch(books())
    with caplog.at_level(logging.WARNING, "ccr.telemetry"):
        for _ in range(3):
            watch.ended(an_exchange(a_try()))
            meter.flush()
    assert len(kept.batches) == 3
    assert [line.getMessage() for line in caplog.records] == [
        "Failing does not take what is counted: OSError: No space left on device"
    ]


def test_an_exchange_that_cannot_be_accounted_for_hides_no_other() -> None:
    sink = Kept()
    meter = Meter([sink])
    odd = an_exchange(a_try())
    odd.tries[0].usage = 5  # type: ignore[assignment]
    meter.watch(books()).ended(odd)
    meter.watch(books()).ended(an_exchange(a_try()))
    meter.flush()
    assert [len(batch) for batch in sink.batches] == [1]


def test_the_thread_takes_what_comes_and_the_rest_at_the_end() -> None:
    sink = Kept()
    meter = Meter([sink])
    meter.start()
    watch = meter.watch(books())
    watch.ended(an_exchange(a_try()))
    assert sink.come.wait(10)
    watch.ended(an_exchange(a_try()))
    meter.close()
    assert sum(map(len, sink.batches)) == 2
    assert sink.closed
    assert "ccr-meter" in sink.threads


class Stuck(Kept):
    """One that does not come back, as on a file system that is gone."""

    def __init__(self) -> None:
        super().__init__()
        self.back = threading.Event()

    def take(self, records: Sequence[Record], refusals: Sequence[Refusal]) -> None:
        super().take(records, refusals)
        self.back.wait(60)


def test_a_sink_that_does_not_come_back_keeps_nobody_from_ending() -> None:
    sink = Stuck()
    meter = Meter([sink])
    meter.start()
    meter.watch(books()).ended(an_exchange(a_try()))
    assert sink.come.wait(20)
    closing = threading.Thread(target=meter.close, args=(0.01,), daemon=True)
    closing.start()
    closing.join(20)
    assert not closing.is_alive()
    sink.back.set()


def test_what_comes_too_fast_is_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    sink = Kept()
    meter = Meter([sink])
    watch = meter.watch(books())
    for _ in range(5):
        watch.ended(an_exchange(a_try()))
    meter.flush()
    assert (len(sink.batches[0]), meter.dropped) == (2, 3)
