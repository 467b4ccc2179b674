"""Figures of several workers, added up by whoever is scraped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from ccr.telemetry import snapshots
from ccr.telemetry.metrics import Gauge
from ccr.telemetry.snapshots import Alone, Shared, Snapshot, figures
from tests.telemetry.accounts import a_record


def worker(folder: Path, place: int, requests: int) -> Shared:
    found = Shared(folder, place)
    found.metrics.take([a_record() for _ in range(requests)], ())
    found.metrics.watch(lambda: [Gauge("ccr_in_flight", (), place + 1)])
    return found


def requests(of: Alone) -> float:
    return sum(of.total().values.get("ccr_requests", {}).values())


def dead() -> int:
    """The id of a process that is no more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_every_worker_tells_the_sum_of_all(tmp_path: Path) -> None:
    first, second = worker(tmp_path, 0, 3), worker(tmp_path, 1, 4)
    second.write()
    assert requests(first) == 7
    assert first.total().values["ccr_in_flight"] == {(): 3}
    first.write()
    assert requests(second) == 7


def test_what_a_dead_worker_counted_is_kept_and_what_it_was_doing_is_not(tmp_path: Path) -> None:
    first, second = worker(tmp_path, 0, 1), worker(tmp_path, 1, 2)
    second.write()
    path = tmp_path / "1.msgpack"
    found = snapshots._read(path)
    assert found is not None
    path.write_bytes(msgspec.msgpack.encode(Snapshot(dead(), found.counts, found.gauges)))
    assert requests(first) == 3
    assert first.total().values["ccr_in_flight"] == {(): 1}


def test_a_worker_that_takes_a_dead_ones_place_goes_on_from_its_counts(tmp_path: Path) -> None:
    worker(tmp_path, 1, 2).write()
    again = worker(tmp_path, 1, 5)
    assert requests(again) == 7
    assert requests(worker(tmp_path, 0, 0)) == 2, "what is not written yet is not seen by others"
    again.write()
    assert requests(worker(tmp_path, 0, 0)) == 7


def test_a_file_that_makes_no_sense_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "5.msgpack").write_bytes(b"\xc1")
    assert requests(worker(tmp_path, 0, 1)) == 1


def test_the_last_figures_are_written_at_the_end(tmp_path: Path) -> None:
    first = worker(tmp_path, 0, 1)
    first.start()
    first.metrics.take([a_record()], ())
    first.close()
    assert requests(worker(tmp_path, 1, 0)) == 2


def test_a_process_of_its_own_shares_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CCR_WORKER", raising=False)
    assert type(figures(tmp_path)) is Alone
    assert list(tmp_path.iterdir()) == []


def test_workers_of_one_service_share_a_folder_and_old_ones_are_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "run" / f"metrics-{dead()}"
    old.mkdir(parents=True)
    monkeypatch.setenv("CCR_WORKER", "3")
    found = figures(tmp_path)
    assert isinstance(found, Shared)
    found.write()
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.msgpack")] == [
        f"run/metrics-{os.getppid()}/3.msgpack"
    ]
    assert not old.exists()


def test_what_is_told_is_a_copy() -> None:
    alone = Alone()
    alone.metrics.take([a_record()], ())
    told = alone.total()
    alone.metrics.take([a_record()], ())
    assert sum(told.values["ccr_requests"].values()) == 1
