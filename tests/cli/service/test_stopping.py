"""Stopping a service (with a real one: ../commands/test_stop.py)."""

from __future__ import annotations

import subprocess
import sys

from ccr.cli.service import stopping
from ccr.cli.service.home import Home
from ccr.cli.service.records import Record
from tests.children import child

HOLD = """
import sys
from pathlib import Path
from ccr.cli.service.locks import Lock
print(Lock(Path(sys.argv[1])).take(), flush=True)
sys.stdin.read()
"""


def record(pid: int) -> Record:
    return Record(pid, "127.0.0.1", 1, "instance", "/c.json", 0.0)


def test_without_the_lock_nobody_gets_a_signal(home: Home) -> None:
    with child(["cat"], stdin=subprocess.PIPE) as innocent:
        assert not stopping.ask_to_stop(home, record(innocent.pid), force=True)
        assert innocent.poll() is None


def test_the_holder_of_the_lock_is_ended_and_waited_for(home: Home) -> None:
    command = [sys.executable, "-c", HOLD, str(home.lock(1))]
    with child(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not stopping.wait_until_gone(home, record(holder.pid), 0)
        assert stopping.ask_to_stop(home, record(holder.pid))
        assert stopping.wait_until_gone(home, record(holder.pid))
