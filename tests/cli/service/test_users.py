"""Who needs a service that was started for Claude Code."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack

import pytest

from ccr.cli.service import locks, users
from ccr.cli.service.home import Home


def test_the_last_one_to_leave_is_told(home: Home) -> None:
    first, second = users.join(home, 1), users.join(home, 1)
    assert users.present(home, 1) == sorted([first.path, second.path])
    assert not users.leave(home, 1, first)
    assert users.leave(home, 1, second)
    assert not list(home.users(1).iterdir())


def test_what_a_crash_left_behind_counts_for_nothing(home: Home) -> None:
    users.join(home, 1).release()
    last = users.join(home, 1)
    assert users.present(home, 1) == [last.path]
    assert users.leave(home, 1, last)
    assert not list(home.users(1).iterdir())


def test_each_port_has_its_own_users(home: Home) -> None:
    one, two = users.join(home, 1), users.join(home, 2)
    assert users.leave(home, 1, one)
    assert users.leave(home, 2, two)


def test_whoever_just_looks_at_the_users_keeps_nobody_out(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "me")
    path = home.users(1) / f"{os.getpid()}-me.json"
    path.parent.mkdir(parents=True)
    path.touch()
    with ExitStack() as looking:
        assert looking.enter_context(locks.unheld(path))
        monkeypatch.setattr(time, "sleep", lambda _: looking.close())
        membership = users.join(home, 1)
    assert users.leave(home, 1, membership)
