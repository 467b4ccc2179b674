"""The line in a real terminal: tmux shows its letters in their colours, and nothing of its sequences."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.machine import Machine, until
from tests.cli.statusline.conftest import SAID

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

Tmux = Callable[..., str]


@pytest.fixture
def tmux(machine: Machine, tmp_path: Path) -> Iterator[Tmux]:
    """A server of its own."""

    def call(*arguments: str) -> str:
        command = ["tmux", "-u", "-f", "/dev/null", "-S", str(tmp_path / "socket"), *arguments]
        env = {**machine.env, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout

    yield call
    call("kill-server")


@pytest.mark.parametrize("style", ["default", "powerline"])
def test_it_is_shown(style: str, machine: Machine, tmux: Tmux, tmp_path: Path) -> None:
    machine.configure(json.dumps({"StatusLine": {"currentStyle": style}}))
    (tmp_path / "said").write_text(json.dumps(SAID))
    line = f"{shlex.quote(sys.executable)} -m ccr statusline < {shlex.quote(str(tmp_path / 'said'))}; cat"
    tmux("new-session", "-d", "-x", "160", "-y", "5", "-s", "s", line)
    until(lambda: "$0.12" in tmux("capture-pane", "-p", "-t", "s"))
    shown = tmux("capture-pane", "-p", "-t", "s").splitlines()[0]
    assert "project" in shown
    assert "Sonnet 4" in shown
    assert ("\ue0b0" in shown) == (style == "powerline")
    assert "[" not in shown
    assert "\x1b[" in tmux("capture-pane", "-p", "-e", "-t", "s").splitlines()[0]
