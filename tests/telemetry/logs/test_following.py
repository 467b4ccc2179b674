"""What is written after the beginning is shown once, whatever happens to the files."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ccr.telemetry.logs.following import Follower
from ccr.telemetry.logs.reading import Wanted


def add(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


@pytest.fixture
def follower(tmp_path: Path) -> Iterator[Follower]:
    add(tmp_path / "x.log", "before\n")
    follower = Follower(tmp_path, Wanted())
    yield follower
    follower.close()


def test_only_what_is_new_and_whole(follower: Follower, tmp_path: Path) -> None:
    assert follower.poll() == []
    add(tmp_path / "x.log", "one\ntw")
    assert follower.poll() == ["one"]
    add(tmp_path / "x.log", "o\n")
    assert follower.poll() == ["two"]
    assert follower.poll() == []


def test_across_a_file_that_is_put_aside_and_packed(follower: Follower, tmp_path: Path) -> None:
    add(tmp_path / "x.log", "one\n")
    (tmp_path / "x.log").rename(tmp_path / "x_1.log")
    add(tmp_path / "x_1.log", "late\n")
    add(tmp_path / "x.log", "two\n")
    assert sorted(follower.poll()) == ["late", "one", "two"]
    (tmp_path / "x_1.log.gz").write_bytes(gzip.compress((tmp_path / "x_1.log").read_bytes()))
    (tmp_path / "x_1.log").unlink()
    assert follower.poll() == []
    assert len(follower._tails) == 1


def test_a_file_that_was_emptied_is_read_from_its_beginning(follower: Follower, tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text("new\n")
    assert follower.poll() == ["new"]


def test_one_file_alone(tmp_path: Path) -> None:
    follower = Follower(tmp_path, Wanted(search="e"), tmp_path / "x.log")
    add(tmp_path / "y.log", "other\n")
    add(tmp_path / "x.log", "one\nto\n")
    assert follower.poll() == ["one"]
    follower.close()


class PutAside(type(Path())):  # type: ignore[misc]
    """A path whose file is put aside, and written anew, by somebody else just after it was looked at."""

    def stat(self, *, follow_symlinks: bool = True) -> Any:
        found = super().stat(follow_symlinks=follow_symlinks)
        if not (aside := Path(str(self.parent), "aside")).is_file():
            Path(str(self)).rename(aside)
            Path(str(self)).write_text("new\n")
        return found


def test_a_file_that_is_put_aside_while_it_is_being_opened_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    follower = Follower(tmp_path, Wanted(), PutAside(path))
    add(path, "old\n")
    assert follower.poll() == ["new"]
    assert follower.poll() == []
    follower.close()
