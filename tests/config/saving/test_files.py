"""A file is written whole or not at all, and for its owner."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ccr.config.saving import files

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")


@POSIX
def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.json"
    files.write(path, "{}\n")
    assert path.read_text() == "{}\n"
    assert path.stat().st_mode & 0o777 == 0o600


@POSIX
@pytest.mark.parametrize(("before", "after"), [(0o600, 0o600), (0o644, 0o640), (0o400, 0o600)])
def test_nobody_gains_access_and_others_lose_it(tmp_path: Path, before: int, after: int) -> None:
    path = tmp_path / "config.json"
    path.write_text("old")
    path.chmod(before)
    files.write(path, "new")
    assert path.stat().st_mode & 0o777 == after


@POSIX
def test_a_symbolic_link_stays_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "ccr.json"
    real.parent.mkdir()
    real.write_text("old")
    link = tmp_path / "config.json"
    link.symlink_to(real)
    files.write(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_when_it_cannot_be_done_the_old_file_is_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "config.json"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_line_ends_are_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    files.write(path, "a\r\nb\n")
    assert path.read_bytes() == b"a\r\nb\n"
