"""Locks that their holder's death releases."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ccr.cli.service.locks import Lock, is_held, unheld
from ccr.cli.terminal import Failure
from tests.children import child

HOLD = """
import sys
from pathlib import Path
from ccr.cli.service.locks import Lock
print(Lock(Path(sys.argv[1])).take(), flush=True)
sys.stdin.read()
"""


def test_only_one_can_hold_a_lock(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "lock"
    first, second = Lock(path), Lock(path)
    assert not is_held(path)
    assert first.take()
    assert is_held(path)
    assert not second.take()
    first.release()
    assert second.take()
    second.release()
    assert not is_held(path)


def test_while_one_sees_to_it_that_nobody_holds_it_nobody_gets_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = Lock(path)
    with unheld(path) as free:
        assert free
    assert lock.take()
    with unheld(path) as free:
        assert not free
    lock.release()
    with unheld(path) as free, unheld(path) as too:
        assert (free, too, lock.take()) == (True, True, False)
    assert lock.take()
    lock.release()


def test_a_lock_that_cannot_be_had_is_named(tmp_path: Path) -> None:
    with Lock(tmp_path / "lock"), pytest.raises(Failure, match=r"Another ccr has held .*lock for 0 seconds"):
        Lock(tmp_path / "lock", patience=0).__enter__()


def test_a_lock_ends_with_its_holder_however_it_dies(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with child(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert is_held(path)
        holder.kill()
    assert not is_held(path)


def test_a_lock_is_not_inherited(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = Lock(path)
    assert lock.take()
    command = ["/bin/sh", "-c", "echo; read -r _"]
    with child(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False) as heir:
        assert heir.stdout is not None
        heir.stdout.readline()
        lock.release()
        assert not is_held(path)


def test_others_can_read_a_locked_file(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with Lock(path):
        path.write_text("content")
        assert path.read_text() == "content"
        assert path.stat().st_mode & 0o777 == 0o600
