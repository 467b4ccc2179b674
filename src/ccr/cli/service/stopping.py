"""Stops a service, and waits until it is gone."""

from __future__ import annotations

import contextlib
import os
import signal
import time

from ccr.cli.service import locks
from ccr.cli.service.home import Home
from ccr.cli.service.records import Record

BEYOND = 10.0
"""Seconds that a service may take once its running answers have had their time."""


def patience(record: Record) -> float:
    """Seconds to wait for a service that was told to stop."""
    return record.drain + BEYOND


def ask_to_stop(home: Home, record: Record, *, force: bool = False) -> bool:
    """Send the signal; whether there was anyone to send it to.

    The lock is held by the process of this record alone: while it is held the pid is right, and no other
    process can have got it.
    """
    if not locks.is_held(home.lock(record.port)):
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(record.pid, _strongest() if force else signal.SIGTERM)
    return True


def wait_until_gone(home: Home, record: Record, seconds: float | None = None) -> bool:
    """Whether the service ended within so many seconds, those of its ``patience`` if none are given."""
    deadline = time.monotonic() + (patience(record) if seconds is None else seconds)
    while locks.is_held(home.lock(record.port)):
        if time.monotonic() > deadline:
            return False
        time.sleep(locks.STEP)
    return True


def _strongest() -> int:
    return getattr(signal, "SIGKILL", signal.SIGTERM)
