"""A log file is put aside in time, by one of those who write it, and no line is lost."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ccr.config.logs import Rotation
from ccr.telemetry.logs.files import LogFile, alone, next_name, period


def quiet() -> None: ...


def written(folder: Path) -> list[str]:
    return [line for path in sorted(folder.glob("*.log")) for line in path.read_text().splitlines()]


def test_it_grows_up_to_its_size(tmp_path: Path) -> None:
    told: list[int] = []
    file = LogFile(tmp_path / "x.log", Rotation(size=10), lambda: told.append(1))
    for text in (b"12345\n", b"678\n", b"next\n"):
        file.append(text)
    file.close()
    assert (tmp_path / "x_1.log").read_text() == "12345\n678\n"
    assert (tmp_path / "x.log").read_text() == "next\n"
    assert told == [1]


def test_it_begins_anew_each_day(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("of yesterday\n")
    os.utime(path, (1, path.stat().st_mtime - 86_400))
    file = LogFile(path, Rotation(), quiet)
    file.append(b"of today\n")
    file.append(b"of today as well\n")
    file.close()
    assert (tmp_path / "x_1.log").read_text() == "of yesterday\n"
    assert path.read_text() == "of today\nof today as well\n"


def test_without_rotation_it_grows(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "x.log", Rotation(enabled=False, size=2), quiet)
    file.append(b"12345\n")
    file.append(b"12345\n")
    file.close()
    assert [path.name for path in tmp_path.iterdir()] == ["x.log"]


def test_numbers_go_on_after_packed_files(tmp_path: Path) -> None:
    for name in ("x_1.log", "x_9.log.gz", "x_10.log", "xy_77.log", "x_a.log"):
        (tmp_path / name).touch()
    assert next_name(tmp_path / "x.log").name == "x_11.log"


def test_a_file_that_somebody_removed_begins_anew(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "x.log", Rotation(), quiet)
    file.append(b"one\n")
    (tmp_path / "x.log").unlink()
    file.append(b"two\n")
    file.close()
    assert (tmp_path / "x.log").read_text() == "two\n"


def test_a_file_that_was_emptied_goes_on_at_its_beginning(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "x.log", Rotation(), quiet)
    file.append(b"one\n")
    os.truncate(tmp_path / "x.log", 0)
    file.append(b"two\n")
    file.close()
    assert (tmp_path / "x.log").read_bytes() == b"two\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_it_is_for_its_owner_only(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "x.log", Rotation(size=2), quiet)
    file.append(b"12345\n")
    file.append(b"12345\n")
    file.close()
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("*.log")} == {0o600}


@pytest.mark.skipif(os.name == "nt", reason="on Windows one process writes")
def test_several_that_write_one_file_lose_no_line_and_break_none(tmp_path: Path) -> None:
    def write(number: int) -> None:
        file = LogFile(tmp_path / "x.log", Rotation(size=2_000), quiet)
        for line in range(200):
            file.append(b"".join(b"%d-%d-%d\n" % (number, line, part) for part in range(3)))
        file.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    expected = {f"{number}-{line}-{part}" for number in range(4) for line in range(200) for part in range(3)}
    found = written(tmp_path)
    assert len(found) == len(expected)
    assert set(found) == expected
    assert len(list(tmp_path.glob("x_*.log"))) > 3


@pytest.mark.skipif(os.name == "nt", reason="on Windows one process writes")
def test_one_at_a_time_puts_files_aside(tmp_path: Path) -> None:
    with alone(tmp_path) as first, alone(tmp_path) as second:
        assert (first, second) == (True, False)


def test_periods_are_of_local_time() -> None:
    assert period(86_400 * 3 + 5, 86_400) - period(86_400 * 2 + 5, 86_400) == 1
    assert period(100, 60) == period(119, 60) != period(120, 60)
