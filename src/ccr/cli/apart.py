"""The configuration, read by a process of its own: the one that serves stays small (`ccr.config.apart`)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ccr.cli.reading import Options
from ccr.cli.reading import read as read_here

if TYPE_CHECKING:
    from ccr.config import Settings

ALONE = {"PYDANTIC_DISABLE_PLUGINS": "__all__"}
"""The validator need not look through all packages for plugins of its own."""

PATIENCE = 60.0
"""Seconds that a process of its own may take: of a service that reads anew nobody would break it off."""

Answer = Callable[[], bytes]
"""Waits for what the other process says; empty where it failed.

What it prints nobody sees: a user's own file prints it again when this process imports it.
"""


def read(options: Options, meanwhile: Callable[[], object] | None = None) -> Settings:
    """What `reading.read` gives. Raises ``ConfigError``. ``meanwhile`` is done while the other process reads.

    Where there can be no such process, or it fails, this one reads.
    """
    try:
        answer = _forked(options) if may_fork() else _launched(options)
    except OSError:
        return read_here(options)
    if meanwhile is not None:
        meanwhile()
    if not (data := answer()):
        return read_here(options)
    from ccr.config.apart import unpacked

    return unpacked(data)


def may_fork() -> bool:
    """Whether a fork is safe: with threads it is not, nor with the libraries of other systems.

    Nor could one see how it ended, where whoever started us has told the system to forget what ends.
    """
    if sys.platform != "linux" or signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN:
        return False
    return len(list(Path("/proc/self/task").iterdir())) == 1


def _forked(options: Options) -> Answer:
    """Half the work of a new interpreter: what both need is imported already. Raises ``OSError``."""
    import ccr.config.apart
    import ccr.transformers.load  # noqa: F401

    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _say(options, writing)
    os.close(writing)

    def answer() -> bytes:
        with os.fdopen(reading, "rb") as pipe:
            data = pipe.read()
        return b"" if os.waitpid(child, 0)[1] else data

    return answer


def _say(options: Options, to: int) -> NoReturn:
    """The whole life of a fork; at its end nothing of the parent's may be run."""
    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        os.environ.update(ALONE)
        _write(options, to)
        code = 0
    finally:
        os._exit(code)


def _launched(options: Options) -> Answer:
    """Raises ``OSError``."""
    # -P: a folder named ccr where the user happens to be is not us.
    child = subprocess.Popen(  # noqa: S603  # our own program, and no shell
        [sys.executable, "-P", "-m", __name__, json.dumps(asdict(options))],
        env=os.environ | ALONE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )

    def answer() -> bytes:
        with child:
            try:
                data = child.communicate(timeout=PATIENCE)[0]
            except subprocess.TimeoutExpired:
                child.kill()
                raise _endless(options) from None
        return b"" if child.returncode else data

    return answer


def _endless(options: Options) -> Exception:
    from ccr.config import ConfigError, Problem

    what = f"is not read after {PATIENCE:.0f} seconds: a file that it names does not come to its end."
    return ConfigError([Problem("", what)], Path(options.config) if options.config else None)


def _write(options: Options, to: int) -> None:
    from ccr.config.apart import packed

    data = packed(lambda: read_here(options))
    with os.fdopen(to, "wb") as pipe:
        pipe.write(data)


def _main() -> None:
    """In the process that was launched."""
    answer = os.dup(1)
    os.dup2(2, 1)  # a user's own file may print
    _write(Options(**json.loads(sys.argv[1])), answer)


if __name__ == "__main__":
    _main()
