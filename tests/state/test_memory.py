"""A state of one process: its facts outlive it, and nothing in it grows without bound."""

from __future__ import annotations

import asyncio
import logging
import stat
from pathlib import Path

import pytest

from ccr.config import Settings
from ccr.state import buckets, file, open_state
from ccr.state.buckets import LocalBuckets
from ccr.state.facts import LocalFacts
from ccr.state.file import FactsFile
from ccr.state.memory import Memory
from tests.state.replicas import Want, eventually, place


class Clock:
    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


async def restarted(path: Path) -> Memory:
    state = Memory(path)
    await state.start()
    return state


async def test_facts_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "services" / "3456.state.json"
    state = await restarted(path)
    state.put("key", b"\x00\xff", 60)
    state.put("gone", b"", 60)
    state.drop("gone")
    await state.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    again = await restarted(path)
    assert (again.get("key"), again.get("gone")) == (b"\x00\xff", None)
    await again.close()


async def test_facts_are_written_a_moment_after_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a killed process loses little; several changes are one write."""
    monkeypatch.setattr(file, "PAUSE", 0.01)
    path = tmp_path / "state.json"
    state = await restarted(path)
    for n in range(100):
        state.put(f"{n}", b"", 60)
    await eventually(path.exists)
    assert (await restarted(path)).get("99") == b""
    state.put("later", b"", 60)
    await state.close()
    assert (await restarted(path)).get("later") == b""


async def test_facts_go_on_expiring_while_nothing_runs(tmp_path: Path) -> None:
    path, clock, wall = tmp_path / "state.json", Clock(5), Clock(1_700_000_000)
    facts = LocalFacts(clock)
    facts.put("a", b"a", 100)
    facts.put("b", b"b", 200)
    writer = FactsFile(path, facts, wall)
    writer.changed()
    await writer.close()
    wall.now += 150
    loaded = LocalFacts(clock)
    await FactsFile(path, loaded, wall).load()
    assert [(name, round(left)) for name, _, left in loaded.live()] == [("b", 50)]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"facts": {"a": 1}}', b"\xff"])
async def test_a_broken_file_counts_as_empty(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        state = await restarted(path)
    assert str(path) in caplog.text
    state.put("a", b"1", 60)
    await state.close()
    assert (await restarted(path)).get("a") == b"1"


async def test_a_folder_that_takes_no_file_is_told_and_harms_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "services").write_text("a file")
    state = await restarted(tmp_path / "services" / "state.json")
    state.put("a", b"1", 60)
    await state.close()
    assert "is not kept" in caplog.text
    assert state.get("a") == b"1"


def test_facts_are_bounded_and_the_oldest_go() -> None:
    clock = Clock()
    facts = LocalFacts(clock, limit=80)
    for n in range(1000):
        facts.put(f"{n}", b"", 60)
        facts.put("kept", b"", 60)
    assert len(list(facts.live())) <= 80
    assert facts.get("kept") is not None
    assert facts.get("999") is not None
    assert facts.get("1") is None


async def test_full_buckets_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "LIMIT", 50)
    clock = Clock()
    local = LocalBuckets(clock)
    held = local.take_now([place("p")])
    for n in range(500):
        local.take_now([Want(f"{n}", 1, 10, refill=1)])
        clock.now += 0.1
    assert len(local._buckets) <= 50
    assert local.take_now([place("p")]).lacking
    held.give_back()


def test_a_bucket_fills_as_time_goes() -> None:
    clock = Clock()
    local = LocalBuckets(clock)
    minute = Want("a", 1, 60, refill=1)
    taken = 0
    for _ in range(480):
        clock.now += 0.125
        taken += sum(not local.take_now([minute]).lacking for _ in range(3))
    assert taken == 60 + 59, "full at first, then one each second since"


async def test_nothing_configured_is_a_state_of_this_process(tmp_path: Path) -> None:
    state = open_state(Settings(path=tmp_path / "config.json", port=1234))
    await state.start()
    state.put("a", b"", 60)
    await state.close()
    assert (tmp_path / "services" / "1234.state.json").exists()
    assert state.health().kind == "memory"


async def test_writes_do_not_overlap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "PAUSE", 0.0)
    state = await restarted(tmp_path / "state.json")
    for n in range(200):
        state.put(f"{n}", b"", 60)
        await asyncio.sleep(0)
    await state.close()
    again = await restarted(tmp_path / "state.json")
    assert all(again.get(f"{n}") is not None for n in range(200))
