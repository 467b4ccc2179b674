"""The programs of a manager, called; what they say is passed on."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from typing import NamedTuple

PATIENCE = 320.0
"""Seconds: a service that is stopped may finish its answers first."""


class Refused(Exception):
    """A program failed, or is not there; the message says which and why."""


class Told(NamedTuple):
    code: int
    said: str


def run(command: Sequence[str]) -> None:
    """Raises ``Refused``."""
    told = ask(command)
    if told.code:
        words = told.said or f"it ended with exit code {told.code}"
        raise Refused(f"`{subprocess.list2cmdline(command)}` failed: {words}")


def ask(command: Sequence[str]) -> Told:
    """Its exit code and what it said. Raises ``Refused`` where there is no such program."""
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program, and no shell
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except FileNotFoundError:
        raise Refused(f"There is no program {command[0]} here.") from None
    except subprocess.TimeoutExpired:
        raise Refused(f"`{subprocess.list2cmdline(command)}` does not end.") from None
    except OSError as error:
        raise Refused(f"{command[0]} cannot be called: {error.strerror or error}.") from None
    return Told(done.returncode, (done.stdout + done.stderr).strip())
