"""Who needs a service that was started for Claude Code: a locked file each, so crashes leave no debts."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ccr.cli.service import locks
from ccr.cli.service.home import Home
from ccr.cli.service.locks import Lock

PATIENCE = 10.0
"""Seconds in which whoever looks at a lock has looked."""


def join(home: Home, port: int) -> Lock:
    """Be a user of the service until the lock given back is released (or this process ends)."""
    lock = Lock(home.users(port) / f"{os.getpid()}-{secrets.token_hex(4)}.json")
    if not lock.take(patience=PATIENCE):  # who looks whether it is held has it for that moment
        raise AssertionError("nobody else can have a name made just now")
    return lock


def leave(home: Home, port: int, lock: Lock) -> bool:
    """Be no user any more. Whether that was the last one; what crashes left behind is removed.

    To be called by the holder of the gate, so that nobody is just joining.
    """
    lock.release()
    living = present(home, port)
    for path in _all(home, port):
        if path not in living:
            path.unlink(missing_ok=True)
    return not living


def present(home: Home, port: int) -> list[Path]:
    """The users that live."""
    return [path for path in _all(home, port) if locks.is_held(path)]


def _all(home: Home, port: int) -> list[Path]:
    return sorted(home.users(port).glob("*"))
