"""`kill -9` under load: the ledger opens clean, and at most what came in one batch interval is missing."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ccr.telemetry.ledger.database import SQLite
from ccr.telemetry.ledger.keeper import PAUSE, Ledger
from tests.children import child
from tests.telemetry.ledger.records import ALL, ids, record

WRITER = """
import sys, time
from pathlib import Path
from ccr.telemetry.ledger.database import SQLite
from ccr.telemetry.ledger.keeper import Ledger
from tests.telemetry.ledger.records import ALL, record

ledger = Ledger(SQLite(Path(sys.argv[1])), ALL)
number = 0
while True:
    for _ in range(20):
        ledger.add(record(number))
        number += 1
    print(number, time.monotonic(), flush=True)
    time.sleep(0.01)
"""
"""Adds some 2,000 records a second, and says after each few how many there were, and when."""

GRACE = 1.5
"""Seconds beside the interval itself: a loaded machine lets the writing thread wait."""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 here")
def test_a_kill_costs_one_interval_at_most(tmp_path: Path) -> None:
    path = tmp_path / "ccr.db"
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with child([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, env=env) as writer:
        assert writer.stdout is not None
        told = [_told(writer.stdout.readline()) for _ in range(300)]
        writer.kill()
        told += [_told(line) for line in writer.stdout if line.endswith("\n")]
    last = told[-1][1]
    old = max(count for count, at in told if at <= last - PAUSE - GRACE)
    found = ids(SQLite(path))
    assert found == [record(number).id for number in range(len(found))], "whole batches, in order"
    assert len(found) >= old
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_after_a_crash_the_next_process_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "ccr.db"
    crash = "ledger.add(record(1)); ledger.flush(30); import os; os._exit(9)"
    first = WRITER.partition("number = 0")[0] + crash
    subprocess.run(
        [sys.executable, "-c", first, str(path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    ledger = Ledger(SQLite(path), ALL)
    ledger.add(record(2))
    ledger.close(30)
    assert ids(SQLite(path)) == [record(1).id, record(2).id]


def _told(line: str) -> tuple[int, float]:
    count, at = line.split()
    return int(count), float(at)
