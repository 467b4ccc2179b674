"""Modules of the user's own: a file in Python or JavaScript with a function of ``(variables, options)``.

Each runs in a process of its own, all at once, each for a limited time; what goes wrong leaves it out. The
files are the user's own programs and may do what the user may: only their number of bytes is bounded.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ccr.cli.statusline.themes import Module

if TYPE_CHECKING:
    import subprocess
    import threading

TIMEOUT, LONGEST_TIMEOUT = 1_000.0, 5_000.0
"""Milliseconds."""

GRACE = 0.2
"""Seconds in which the end of a script is noticed."""

LARGEST = 4_096
"""Bytes of an answer that are read."""

PYTHON = """
import contextlib, json, runpy, sys
told = json.load(sys.stdin)
with contextlib.redirect_stdout(sys.stderr):
    found = runpy.run_path(told["path"])
    made = next((found[name] for name in ("statusline", "main", "default") if name in found), "")
    made = made(told["variables"], told["options"]) if callable(made) else made
sys.stdout.reconfigure(encoding="utf-8", errors="replace")
print("" if made is None else made)
"""
JAVASCRIPT = """
const {pathToFileURL} = require('url');
const say = process.stdout.write.bind(process.stdout);
console.log = console.info = console.debug = console.error;
(async () => {
  const told = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  const found = await import(pathToFileURL(told.path));
  let made = found.default ?? found.statusline ?? '';
  if (made && typeof made === 'object') made = made.default ?? made.statusline ?? '';
  if (typeof made === 'function') made = await made(told.variables, told.options);
  say(String(made ?? ''), () => process.exit(0));
})().catch(() => process.exit(1));
"""

TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Letters that turn the direction of what follows."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_COMMAND = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[PX^_].*?(?:\x1b\\|$)|\x1b.?", re.DOTALL
)


def run(modules: Sequence[Module], variables: Mapping[str, str], folder: str) -> list[str]:
    """What each of the modules says, in their order; "" of one that says nothing in time."""
    values = dict(variables)
    started = [_start(module, values, folder) for module in modules]
    return [script.result() if script else "" for script in started]


class Running:
    """A script under way. ``pipe`` is the end of it from which its answer is read."""

    def __init__(self, process: subprocess.Popen[bytes], pipe: int, told: bytes, seconds: float) -> None:
        import threading
        import time

        self._process, self._said = process, b""
        self._deadline = time.monotonic() + seconds
        self._thread: threading.Thread = threading.Thread(target=self._talk, args=(pipe, told), daemon=True)
        self._thread.start()

    def result(self) -> str:
        """Waits for the rest of its time."""
        import time

        self._thread.join(max(0.0, self._deadline - time.monotonic()))
        done = not self._thread.is_alive()
        _end(self._process)
        self._thread.join(GRACE)  # longer it takes only where something that was cut loose holds the pipe
        return clean(self._said.decode("utf-8", "replace")) if done else ""

    def _talk(self, pipe: int, told: bytes) -> None:
        assert self._process.stdin is not None
        try:
            with self._process.stdin as stdin:
                stdin.write(told)
        except OSError:  # it does not listen
            pass
        while len(self._said) < LARGEST and (piece := os.read(pipe, LARGEST - len(self._said))):
            self._said += piece
        os.close(pipe)


def _start(module: Module, variables: Mapping[str, str], folder: str) -> Running | None:
    path = os.path.join(folder, os.path.expanduser(module.script))  # noqa: PTH111, PTH118
    if not module.script or not os.path.isfile(path):  # noqa: PTH113
        return None
    import subprocess

    told = json.dumps({"path": path, "variables": variables, "options": module.options or {}}).encode()
    reading, writing = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603  # the user's own program, as a list of arguments
            command(path),
            stdin=subprocess.PIPE,
            stdout=writing,
            stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",
        )
    except OSError:
        os.close(reading)
        return None
    finally:
        os.close(writing)
    limit = TIMEOUT if module.timeout is None or module.timeout <= 0 else min(module.timeout, LONGEST_TIMEOUT)
    return Running(process, reading, told, limit / 1000)


def command(path: str) -> list[str]:
    """What runs a file: this Python, or Node."""
    if path.lower().endswith((".py", ".pyw")):
        return [sys.executable, "-I", "-c", PYTHON]
    return ["node", "-e", JAVASCRIPT]


def clean(text: str) -> str:
    """The first line, without anything that a terminal would obey but colours."""
    line = text.strip().partition("\n")[0]
    kept = _COMMAND.sub(lambda match: match[0] if _COLOUR.fullmatch(match[0]) else "", line)
    return "".join(letter for letter in kept if letter == "\x1b" or not _is_control(letter))


def colourless(text: str) -> str:
    return _COLOUR.sub("", text)


def _is_control(letter: str) -> bool:
    """Also the marks that turn the writing direction; but not the icons of some fonts."""
    return letter < " " or "\x7f" <= letter <= "\x9f" or letter in TURNS


def _end(process: subprocess.Popen[bytes]) -> None:
    """It, and whatever it has started."""
    import contextlib

    if sys.platform != "win32":
        import signal

        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.kill()
    process.wait()
