"""Backups: dated, found by name or time, no more than wanted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ccr.config.saving import backups
from ccr.config.saving.backups import NoBackup

TIME = datetime(2026, 1, 4, 7, 23, 5, 123_000, UTC)


def clock() -> datetime:
    return TIME


def test_a_backup_is_dated_private_and_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(b"{ broken \xff")
    made = backups.make(path, clock=clock)
    assert made is not None
    assert made.path == tmp_path / ".backups" / "config.2026-01-04T07-23-05-123Z.json"
    assert made.path.read_bytes() == b"{ broken \xff"
    assert made.path.stat().st_mode & 0o077 == 0
    assert made.time == "2026-01-04T07:23:05.123Z"


def test_of_a_file_that_is_not_there_no_backup_is_made(tmp_path: Path) -> None:
    assert backups.make(tmp_path / "config.json") is None
    assert backups.listed(tmp_path / "config.json") == []


def test_two_in_one_millisecond_have_two_names(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("{}")
    backups.make(path, clock=clock)
    backups.make(path, clock=clock)
    assert [one.time for one in backups.listed(path)] == [
        "2026-01-04T07:23:05.124Z",
        "2026-01-04T07:23:05.123Z",
    ]


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    for number in range(5):
        path.write_text(str(number))
        backups.make(path, kept=3, clock=clock)
    assert [one.path.read_text() for one in backups.listed(path)] == ["4", "3", "2"]


def test_other_files_in_the_folder_are_no_backups(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("{}")
    backups.make(path, clock=clock)
    for name in ("notes.txt", "config.json", "config.lab.2026-01-04T07-23-05-123Z.json"):
        (tmp_path / ".backups" / name).write_text("x")
    assert len(backups.listed(path)) == 1


@pytest.mark.parametrize(
    "name", ["", "config.2026-01-04T07-23-05-123Z.json", "2026-01-04", "2026-01-04T07-23"]
)
def test_a_backup_is_found_by_name_or_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / "config.json"
    path.write_text("{}")
    made = backups.make(path, clock=clock)
    assert backups.find(path, name) == made


@pytest.mark.parametrize("name", ["../config.json", "config.json", "2025", "/etc/passwd"])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    path = tmp_path / "config.json"
    path.write_text("{}")
    backups.make(path, clock=clock)
    with pytest.raises(NoBackup, match="ccr config list"):
        backups.find(path, name)
