"""A change of a file is noticed, once, and the disk is asked once a second at most."""

from __future__ import annotations

import os
from pathlib import Path

from ccr.config.watched import PAUSE, Watched, stamp


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_change_is_told_once_and_not_before_the_pause_is_over(tmp_path: Path) -> None:
    file, clock = tmp_path / "a.py", Clock()
    file.write_text("1")
    watched = Watched(file, clock)
    file.write_text("12")
    assert not watched.changed()
    clock.now += PAUSE
    assert watched.changed()
    clock.now += PAUSE
    assert not watched.changed()


def test_the_same_length_at_another_time_is_a_change(tmp_path: Path) -> None:
    file, clock = tmp_path / "a.py", Clock()
    file.write_text("1")
    watched = Watched(file, clock)
    os.utime(file, (1, 1))
    clock.now += PAUSE
    assert watched.changed()


def test_coming_and_going_are_changes(tmp_path: Path) -> None:
    file, clock = tmp_path / "a.py", Clock()
    watched = Watched(file, clock)
    assert stamp(file) is None
    for present in (True, False):
        if present:
            file.write_text("")
        else:
            file.unlink()
        clock.now += PAUSE
        assert watched.changed()
