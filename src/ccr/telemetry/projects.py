"""Which project a session is of: the folder of ``~/.claude/projects`` that has its transcript."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

REMEMBERED = 2_000
AGAIN = 5.0
"""Seconds after which a session that was in no project is looked for again: its client may write it late."""

_SESSION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


class Projects:
    """Looks at the disk: for the meter's thread."""

    def __init__(self, home: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._home = home
        self._clock = clock
        self._found: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def of(self, session: str) -> str:
        """The folder's name, such as ``-home-ann-shop``; "" where there is none."""
        known = self._found.get(session)
        if known is None or (not known[0] and self._clock() >= known[1]):
            known = self._found[session] = self._look(session), self._clock() + AGAIN
            if len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
        return known[0]

    def _look(self, session: str) -> str:
        if not _SESSION.fullmatch(session):
            return ""
        home = self._home or Path("~/.claude/projects").expanduser()
        try:
            return next((path.parent.name for path in home.glob(f"*/{session}.jsonl")), "")
        except OSError:
            return ""
