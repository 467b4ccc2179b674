"""How fast sessions are answered."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from ccr.telemetry import speed as module
from ccr.telemetry.record import Record
from ccr.telemetry.speed import Speeds, speed_of
from tests.telemetry.accounts import a_record


def a_row(session: str = "s1", **more: object) -> Record:
    about = {"id": "r", "at": 100.0, "session": session, "first_ms": 500.0, "took_ms": 2500.0, "output": 120}
    return Record(**about | {"provider": "p", "model": "m"} | more)  # type: ignore[arg-type]


def test_tokens_a_second_are_those_between_the_first_and_the_last() -> None:
    speed = speed_of(a_row())
    assert speed is not None
    assert (speed.tokens_per_second, speed.time_to_first_token, speed.timestamp) == (60, 500, 102_500)


def test_rounds_that_came_after_an_answer_do_not_make_it_slow() -> None:
    speed = speed_of(a_row(took_ms=60_000.0, flow_ms=2000.0))
    assert speed is not None
    assert speed.tokens_per_second == 60


def test_an_answer_that_came_at_once_is_measured_from_the_question() -> None:
    speed = speed_of(a_row(first_ms=2499.9))
    assert speed is not None
    assert speed.tokens_per_second == 48


@pytest.mark.parametrize("about", [{"session": ""}, {"output": None}, {"output": 0}, {"first_ms": None}])
def test_what_cannot_be_measured_has_no_speed(about: dict[str, object]) -> None:
    assert speed_of(a_row(**about)) is None  # type: ignore[arg-type]


def test_the_file_is_what_the_originals_status_line_reads(tmp_path: Path) -> None:
    speeds = Speeds(tmp_path)
    speeds.take([a_row()], ())
    told = json.loads((tmp_path / "session-s1.json").read_text())
    assert (told["tokensPerSecond"], told["timeToFirstToken"], told["timestamp"]) == (60, 500, 102_500)
    assert [path.name for path in tmp_path.iterdir()] == ["session-s1.json"]
    speeds.close()
    assert list(tmp_path.iterdir()) == []


def test_the_last_answer_counts_and_another_worker_finds_it(tmp_path: Path) -> None:
    Speeds(tmp_path).take([a_row(output=1), a_row(output=240)], ())
    found = Speeds(tmp_path).of("s1")
    assert found is not None
    assert found.tokens_per_second == 120
    assert Speeds(tmp_path).of("s2") is None


@pytest.mark.parametrize("session", ["../evil", "a/b", ".hidden", "x" * 200])
def test_a_session_cannot_name_a_file_elsewhere(tmp_path: Path, session: str) -> None:
    speeds = Speeds(tmp_path / "here")
    speeds.take([a_row(session)], ())
    assert speeds.of(session) is not None
    assert list(tmp_path.rglob("*.json")) == []
    assert Speeds(tmp_path / "here").of(session) is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_nothing_is_written_through_a_folder_that_leads_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "target")
    Speeds(tmp_path / "here").take([a_row()], ())
    assert list((tmp_path / "target").iterdir()) == []


def test_old_sessions_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SESSIONS", 2)
    speeds = Speeds(tmp_path)
    for n in range(4):
        speeds.take([a_row(f"s{n}")], ())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["session-s2.json", "session-s3.json"]


def test_without_a_folder_there_are_no_files() -> None:
    speeds = Speeds()
    speeds.take([a_record()], ())
    assert speeds.of("s1") is not None
    assert speeds.of("s2") is None
