"""`ccr` in a real terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import pexpect

from tests.cli.machine import DEADLINE, Machine

Ask = Callable[..., "Session"]

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")


class Session:
    """One run of a command, as a person sees it."""

    def __init__(self, machine: Machine, *args: str, **env: str) -> None:
        self._child: Any = pexpect.spawn(
            sys.executable,
            ["-m", "ccr", *args],
            env={**machine.env, "TERM": "xterm", **env},
            encoding="utf-8",
            timeout=DEADLINE,
            dimensions=(50, 160),
        )
        self.shown = ""

    def until(self, words: str) -> Session:
        """Waits until the words are on the screen."""
        self._child.expect_exact(words)
        self.shown += str(self._child.before) + str(self._child.after)
        return self

    def type(self, keys: str) -> Session:
        self._child.send(keys)
        return self

    def end(self) -> tuple[int, str]:
        """The exit code, and all that was shown."""
        self._child.expect(pexpect.EOF)
        self.shown += str(self._child.before)
        self._child.close()
        code = self._child.exitstatus
        return (code if code is not None else -int(self._child.signalstatus)), _CONTROL.sub("", self.shown)
