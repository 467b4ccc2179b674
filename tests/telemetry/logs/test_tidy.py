"""What was put aside is packed; what is old, or too much, goes; everything else stays."""

from __future__ import annotations

import gzip
import os
import threading
from pathlib import Path

import pytest

from ccr.config.logs import Rotation
from ccr.telemetry.logs import tidy as module
from ccr.telemetry.logs.tidy import Tidier, old_logs, tidy

DAY = 86_400
NOW = 1_800_000_000.0


def make(folder: Path, name: str, days: float, text: str = "x\n") -> Path:
    path = folder / name
    path.write_text(text)
    os.utime(path, (NOW - days * DAY, NOW - days * DAY))
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


def test_files_that_were_put_aside_are_packed_and_keep_their_time(tmp_path: Path) -> None:
    active = make(tmp_path, "app.log", 0)
    make(tmp_path, "app_1.log", 1, "many\nlines\n")
    tidy(tmp_path, [active], Rotation(), NOW)
    packed = tmp_path / "app_1.log.gz"
    assert names(tmp_path) == {"app.log", "app_1.log.gz"}
    assert gzip.decompress(packed.read_bytes()) == b"many\nlines\n"
    assert packed.stat().st_mtime == NOW - DAY
    assert os.name == "nt" or packed.stat().st_mode & 0o777 == 0o600


def test_where_nothing_is_to_be_packed_nothing_is(tmp_path: Path) -> None:
    active = make(tmp_path, "app.log", 0)
    make(tmp_path, "app_1.log", 1)
    tidy(tmp_path, [active], Rotation(compress=False), NOW)
    assert names(tmp_path) == {"app.log", "app_1.log"}


def test_the_old_go_by_age(tmp_path: Path) -> None:
    active = make(tmp_path, "ccr-20260101000000.log", 30)
    make(tmp_path, "ccr-20250101000000.log", 8)
    make(tmp_path, "ccr-20250102000000_1.log.gz", 8)
    make(tmp_path, "ccr-20250103000000.log", 6)
    tidy(tmp_path, [active], Rotation(days=7), NOW)
    assert names(tmp_path) == {"ccr-20260101000000.log", "ccr-20250103000000.log"}


def test_the_old_go_by_number_each_log_for_itself(tmp_path: Path) -> None:
    active = [make(tmp_path, "ccr-20260101000000.log", 0), make(tmp_path, "app.log", 0)]
    for day in range(1, 6):
        make(tmp_path, f"ccr-2025010{day}000000.log", day)
        make(tmp_path, f"app_{6 - day}.log.gz", day)
    tidy(tmp_path, active, Rotation(files=2), NOW)
    assert names(tmp_path) == {
        *("ccr-20260101000000.log", "app.log"),
        *("ccr-20250101000000.log", "ccr-20250102000000.log", "app_5.log.gz", "app_4.log.gz"),
    }


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    active = make(tmp_path, "app.log", 0)
    theirs = ("service-3456.out", "ccr-errors.log", "mine_1.log", "ccr-notes.log", "ccr-2025.log")
    for name in theirs:
        make(tmp_path, name, 400)
    (tmp_path / "app_3.log").symlink_to(tmp_path / "mine_1.log")
    tidy(tmp_path, [active], Rotation(days=1, files=1), NOW)
    assert names(tmp_path) == {"app.log", "app_3.log", *theirs}
    assert old_logs(tmp_path, [active]) == []


def test_it_tidies_in_a_thread_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETTLE", 0.0)
    active = make(tmp_path, "app.log", 0)
    make(tmp_path, "app_1.log", 0)
    done = threading.Event()
    pack = module.pack

    def packed(path: Path) -> None:
        pack(path)
        done.set()

    monkeypatch.setattr(module, "pack", packed)
    tidier = Tidier([active], Rotation(days=100_000))
    tidier.ask()
    assert done.wait(20)
    tidier.close()
    assert names(tmp_path) == {"app.log", "app_1.log.gz"}
