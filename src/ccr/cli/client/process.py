"""Runs Claude Code: no shell, the terminal is its own, signals reach it, its exit code is ours."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from ccr.cli.signals import handled

FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
"""Sent to us alone: passed on."""

SHARED = ("SIGINT", "SIGQUIT")
"""The terminal sends these, Ctrl-C and Ctrl-\\, to the client as well."""


def run(command: list[str], env: Mapping[str, str], *, closed_stdin: bool) -> int:
    """Run to the end. Gives the exit code; ended by a signal it is 128 and its number, as in shells.

    Raises ``OSError`` when it cannot be started.
    """
    stdin = subprocess.DEVNULL if closed_stdin else None
    with _undisturbed() as forward, subprocess.Popen(command, env=env, stdin=stdin) as child:  # noqa: S603
        forward(child)
        code = child.wait()
    return code if code >= 0 else 128 - code


@contextmanager
def _undisturbed() -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    """Signals do not end us; those that came to us alone are passed to a child, also those from before it."""
    children: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def forward(number: int, _: FrameType | None) -> None:
        for child in children:
            child.send_signal(number)
        if not children:
            early.append(number)

    def ignore(*_: object) -> None:
        """A handler of our own, not SIG_IGN: that the client would inherit."""

    def begin(child: subprocess.Popen[bytes]) -> None:
        children.append(child)
        for number in early:
            child.send_signal(number)

    with handled(dict.fromkeys(FORWARDED, forward) | dict.fromkeys(SHARED, ignore)):
        yield begin
