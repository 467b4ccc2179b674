"""Routes of projects and sessions in files: found, read once, read again when changed, never trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ccr.routing.overrides import Overrides


class Disk:
    """A home with one session of one project, and a clock."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.now = 100.0
        self.reads = 0
        self.overrides = Overrides([root / "ccr"], root / "projects", self.read, self.clock)

    def clock(self) -> float:
        return self.now

    def read(self, path: Path) -> Mapping[str, Any]:
        self.reads += 1
        value: dict[str, Any] = json.loads(path.read_text())
        return value

    def session(self, name: str = "s1", project: str = "-home-ada-web") -> None:
        folder = self.root / "projects" / project
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.jsonl").touch()

    def write(self, name: str, text: str, project: str = "-home-ada-web") -> None:
        folder = self.root / "ccr" / project
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_text(text)

    def of(self, session: str | None = "s1") -> list[Mapping[str, Any]]:
        return [layer.router for layer in self.overrides.of(session)]


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


def test_the_session_s_file_lies_over_the_project_s(disk: Disk) -> None:
    disk.session()
    disk.write("config", '{"a": 1}')
    disk.write("s1", '{"b": 1}')
    assert disk.of() == [{"a": 1}, {"b": 1}]
    disk.session("s2")
    assert disk.of("s2") == [{"a": 1}]


@pytest.mark.parametrize("session", [None, "", "s2", "../ccr/-home-ada-web/s1", ".hidden", "a/b", "x" * 200])
def test_other_sessions_and_odd_names_get_nothing(session: str | None, disk: Disk) -> None:
    disk.session()
    disk.write("config", '{"a": 1}')
    assert disk.of(session) == []


def test_nothing_is_looked_for_where_no_project_has_a_folder_of_ours(disk: Disk) -> None:
    disk.session()
    (disk.root / "ccr" / "logs").mkdir(parents=True)
    assert disk.of() == []
    assert disk.overrides._missed == set()


def test_a_session_whose_file_comes_later_is_found_then(disk: Disk) -> None:
    disk.session("old")
    disk.write("config", '{"a": 1}')
    assert disk.of("new") == []
    disk.session("new")
    assert disk.of("new") == []  # looked at a moment ago
    disk.now += 1
    assert disk.of("new") == [{"a": 1}]


def test_a_file_is_read_when_it_has_changed_and_looked_at_once_a_second(disk: Disk) -> None:
    disk.session()
    disk.write("config", '{"a": 1}')
    first = disk.overrides.of("s1")
    for _ in range(5):
        assert disk.overrides.of("s1") == first
        disk.now += 1
    assert disk.reads == 1
    disk.write("config", '{"a": 22}')
    disk.now += 1
    assert disk.of() == [{"a": 22}]
    (disk.root / "ccr" / "-home-ada-web" / "config.json").unlink()
    disk.now += 1
    assert disk.of() == []


def test_a_broken_file_is_not_used_and_says_so(disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    disk.session()
    disk.write("config", "{")
    (layer,) = disk.overrides.of("s1")
    assert layer.router == {}
    assert "config.json is not used:" in layer.name
    assert "are not used" in caplog.text
