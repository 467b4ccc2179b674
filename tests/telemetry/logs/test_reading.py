"""The wanted lines of the wanted files, packed ones too, and never a file outside the folder."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from ccr.telemetry.logs.reading import Wanted, at, files_in, inside, last, lines_of, moment


def line(minute: int, msg: str, level: str = "info", **more: Any) -> str:
    return json.dumps({"time": f"2026-01-01T00:{minute:02}:00.000+00:00", "level": level, **more, "msg": msg})


def put(path: Path, *lines: str, changed: int = 59) -> Path:
    text = "".join(f"{one}\n" for one in lines).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    moment = at(f"2026-01-01T00:{changed:02}:00+00:00")
    os.utime(path, (moment, moment))
    return path


def messages(lines: list[str]) -> list[str]:
    return [json.loads(one)["msg"] for one in lines]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), ["a", "b", "c"]),
        (Wanted(level="warn"), ["b"]),
        (Wanted(since=at("2026-01-01T00:02:00+00:00")), ["b", "c"]),
        (Wanted(request="req_1"), ["a", "c"]),
        (Wanted(search="NEEDLE"), ["c"]),
        (Wanted(level="info", request="req_1", search="needle"), []),
    ],
)
@pytest.mark.parametrize("name", ["x.log", "x_1.log.gz"])
def test_lines_are_chosen(wanted: Wanted, found: list[str], name: str, tmp_path: Path) -> None:
    path = put(
        tmp_path / name,
        line(1, "a", reqId="req_1"),
        line(2, "b", "error"),
        "",
        line(3, "c", "debug", reqId="req_1", more="a needle"),
    )
    assert messages(list(lines_of(path, wanted))) == found


def test_what_is_no_json_is_a_line_as_well(tmp_path: Path) -> None:
    path = put(tmp_path / "x.log", "Traceback", '{"time": 5}', "\udc80".encode("utf-8", "replace").decode())
    assert list(lines_of(path, Wanted())) == ["Traceback", '{"time": 5}', "?"]
    assert list(lines_of(path, Wanted(level="warn"))) == []


def test_a_file_that_is_gone_or_half_packed_has_no_more_lines(tmp_path: Path) -> None:
    assert list(lines_of(tmp_path / "x.log", Wanted())) == []
    (tmp_path / "x.log.gz").write_bytes(gzip.compress(b"{}\n" * 9)[:-9])
    assert len(list(lines_of(tmp_path / "x.log.gz", Wanted()))) < 9


def test_the_last_lines_of_all_files_in_the_order_of_time(tmp_path: Path) -> None:
    put(tmp_path / "app.log", line(2, "b"), line(4, "d"), changed=4)
    put(tmp_path / "ccr-1.log", line(1, "a"), line(3, "c"), line(5, "e"), changed=5)
    put(tmp_path / "app_1.log.gz", line(0, "old"), changed=0)
    put(tmp_path / "service-1.out", line(9, "not a log"))
    assert messages(last(tmp_path, Wanted(), 3)) == ["c", "d", "e"]
    assert messages(last(tmp_path, Wanted(), 100)) == ["old", "a", "b", "c", "d", "e"]
    assert messages(last(tmp_path, Wanted(since=at("2026-01-01T00:04:00+00:00")), 100)) == ["d", "e"]
    assert last(tmp_path / "none", Wanted(), 5) == []


def test_files_newest_first(tmp_path: Path) -> None:
    put(tmp_path / "a.log", changed=1)
    put(tmp_path / "b.log.gz", changed=3)
    put(tmp_path / "c.out", changed=2)
    put(tmp_path / "d.txt", changed=9)
    assert [one.path.name for one in files_in(tmp_path)] == ["b.log.gz", "c.out", "a.log"]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../secret.log",
            "/etc/passwd",
            "..",
            "",
            "sub/x.log",
            "a.txt",
            "x.log\0",
            "..\\secret.log",
            "none.log",
        ),
        *("link.log", "folder.log", "/logs/../secret.log"),
    ],
)
def test_nothing_outside_the_folder_is_a_log(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    (folder / "sub").mkdir(parents=True)
    (folder / "folder.log").mkdir()
    for path in (tmp_path / "secret.log", folder / "sub" / "x.log", folder / "a.txt"):
        path.write_text("canary")
    (folder / "link.log").symlink_to(tmp_path / "secret.log")
    assert inside(folder, name) is None
    assert inside(folder, f"{folder}{name}") is None
    assert inside(folder, str(tmp_path / "secret.log")) is None
    assert [one.path.name for one in files_in(folder)] == []


def test_a_log_is_found_by_its_name_and_by_its_path(tmp_path: Path) -> None:
    path = put(tmp_path / "x.log")
    assert inside(tmp_path, "x.log") == inside(tmp_path, str(path)) == path


def test_moments() -> None:
    assert moment("", 100.0) == 0.0
    assert moment("1m", 100.0) == 40.0
    assert moment("2026-01-01T00:00:00Z", 0.0) == 1_767_225_600.0
    with pytest.raises(ValueError, match='such as "10m"'):
        moment("yesterday", 0.0)
