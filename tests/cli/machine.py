"""The command `ccr` as a process, and a Claude Code that only tells what it was given."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ccr.cli.commands.status import facts
from ccr.cli.service.finding import look
from ccr.cli.service.home import Home

DEADLINE = 30.0
"""Seconds after which something that should have happened counts as not happening."""

PROVIDER = {"name": "local", "api_base_url": "http://127.0.0.1:9/v1/chat/completions", "models": ["m"]}
CONFIG = json.dumps({"Providers": [PROVIDER], "Router": {"default": "local,m"}})

CLAUDE = """#!{python}
import json, os, sys
args = sys.argv[1:]
file = args[args.index("--settings") + 1]
told = {{
    "args": args,
    "env": dict(os.environ),
    "settings": json.load(open(file)),
    "mode": os.stat(file).st_mode & 0o777,
    "tty": sys.stdin.isatty(),
    "pid": os.getpid(),
}}
with open(os.environ["TOLD"] + ".new", "w") as out:
    json.dump(told, out)
os.rename(os.environ["TOLD"] + ".new", os.environ["TOLD"])
if "wait" in args:
    sys.stdin.read()
sys.exit(7 if "seven" in args else 0)
"""


@dataclass
class Machine:
    """A user's home with `ccr` and `claude`, on a port of its own."""

    home: Path
    port: int
    env: dict[str, str] = field(default_factory=dict)
    children: list[subprocess.Popen[str]] = field(default_factory=list)

    def run(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        """A command, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "ccr", *args],
            env=self.env | env,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=DEADLINE * 2,
        )

    def spawn(self, *args: str, **env: str) -> subprocess.Popen[str]:
        """A command that goes on, until the end of the test at most."""
        child = subprocess.Popen(
            [sys.executable, "-m", "ccr", *args],
            env=self.env | env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.children.append(child)
        return child

    def status(self, port: int | None = None) -> dict[str, Any]:
        """What `ccr status --json` says."""
        home = Home.of(self.env)
        return facts(home, look(home, "127.0.0.1", port or self.port))

    def health(self) -> dict[str, Any] | None:
        """What the service says of itself; None when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except OSError:
            return None

    def configure(self, text: str) -> Path:
        path = self.home / ".claude-code-router" / "config.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def claude(self, told: Path, *args: str, **env: str) -> subprocess.Popen[str]:
        """`ccr code` with a client that stays until its input ends; returns when the client has told all."""
        child = self.spawn("code", "wait", *args, TOLD=str(told), **env)
        until(told.exists)
        return child


def until(true: Callable[[], Any]) -> None:
    """Ask again and again until it is true."""
    deadline = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)  # whoever asks without a pause takes the time of what it waits for


def end(child: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Let a child's input end, and wait for it."""
    out, err = child.communicate(timeout=DEADLINE)
    return child.returncode, out, err
