"""Changes are noticed however they are made: written, renamed into place, swapped behind a link, removed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ccr.server.watching import Watcher

DEADLINE = 15.0


@pytest.fixture
def changed() -> threading.Event:
    return threading.Event()


@pytest.fixture
def watcher(changed: threading.Event) -> Iterator[Watcher]:
    made = Watcher(changed.set)
    yield made
    made.close()
    if made._thread is not None:
        made._thread.join(DEADLINE)


def write(path: Path) -> None:
    path.write_text("new, and longer")


def rename(path: Path) -> None:
    new = path.with_suffix(".new")
    new.write_text("renamed into place")
    new.rename(path)


@pytest.mark.parametrize("change", [write, rename, Path.unlink])
def test_a_file_that_changes(
    tmp_path: Path, watcher: Watcher, changed: threading.Event, change: Callable[[Path], object]
) -> None:
    path = tmp_path / "config.json"
    path.write_text("old")
    watcher.follow([path, tmp_path / ".env"])
    change(path)
    assert changed.wait(DEADLINE)


def test_a_file_that_comes(tmp_path: Path, watcher: Watcher, changed: threading.Event) -> None:
    watcher.follow([tmp_path / ".env"])
    (tmp_path / ".env").write_text("A=1")
    assert changed.wait(DEADLINE)


def test_a_link_whose_aim_moves(tmp_path: Path, watcher: Watcher, changed: threading.Event) -> None:
    for name in ("one", "three"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(name)
    (tmp_path / "..data").symlink_to("one")
    path = tmp_path / "config.json"
    path.symlink_to("..data/config.json")
    watcher.follow([path])
    (tmp_path / "..new").symlink_to("three")
    (tmp_path / "..new").rename(tmp_path / "..data")
    assert changed.wait(DEADLINE)


def test_a_file_in_a_folder_that_is_not_there_yet(
    tmp_path: Path, watcher: Watcher, changed: threading.Event
) -> None:
    path = tmp_path / "later" / "config.json"
    watcher.follow([path])
    path.parent.mkdir()
    path.write_text("x")
    assert changed.wait(DEADLINE)


def test_other_files_are_followed_afterwards(
    tmp_path: Path, watcher: Watcher, changed: threading.Event
) -> None:
    (tmp_path / "a").mkdir()
    watcher.follow([tmp_path / "config.json"])
    watcher.follow([tmp_path / "config.json", tmp_path / "a" / "plugin.py"])
    (tmp_path / "a" / "plugin.py").write_text("x")
    assert changed.wait(DEADLINE)
