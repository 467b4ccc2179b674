"""Running Claude Code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ccr.cli.client import process

RUN = """
import os, sys
from ccr.cli.client import process
sys.exit(process.run(["/bin/sh", "-c", sys.argv[1]], os.environ, closed_stdin=False))
"""


def test_the_exit_code_is_the_client_s() -> None:
    assert process.run(["/bin/sh", "-c", "exit 7"], os.environ, closed_stdin=False) == 7
    assert process.run(["/bin/sh", "-c", "kill -9 $$"], os.environ, closed_stdin=False) == 137


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    out = tmp_path / "out"
    script = f'printf "%s|" "$@" >{out}'
    process.run(
        ["/bin/sh", "-c", script, "sh", "$HOME", "`id`", "a b", "--", ""], os.environ, closed_stdin=True
    )
    assert out.read_text() == "$HOME|`id`|a b|--||"


@pytest.mark.parametrize("closed", [True, False])
def test_stdin_is_the_client_s_unless_it_is_to_be_closed(closed: bool) -> None:
    code = RUN.replace("False", str(closed))
    done = subprocess.run(
        [sys.executable, "-c", code, "cat"], input="said", capture_output=True, text=True, check=True
    )
    assert done.stdout == ("" if closed else "said")


def test_a_signal_to_us_reaches_the_client_and_its_code_comes_back() -> None:
    script = "trap 'echo told; exit 5' TERM; echo ready; while :; do sleep 0.01; done"
    parent = subprocess.Popen([sys.executable, "-c", RUN, script], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        parent.send_signal(signal.SIGTERM)
        assert parent.communicate(timeout=20)[0] == "told\n"
        assert parent.returncode == 5
    finally:
        parent.kill()


def test_so_does_one_that_comes_while_the_client_is_being_started() -> None:
    early = """
import os, signal, subprocess
started = subprocess.Popen.__init__
def init(*args, **options):
    started(*args, **options)
    os.kill(os.getpid(), signal.SIGTERM)
subprocess.Popen.__init__ = init
"""
    command = [sys.executable, "-c", early + RUN, "sleep 20"]
    assert subprocess.run(command, check=False, timeout=15).returncode == 128 + signal.SIGTERM


def test_the_client_ignores_what_we_were_started_to_ignore() -> None:
    """As under `nohup`: a terminal that closes ends neither of us."""
    ignoring = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    command = [sys.executable, "-c", ignoring + RUN, "kill -HUP $$; exit 3"]
    assert subprocess.run(command, check=False, timeout=30).returncode == 3


def test_ctrl_c_belongs_to_the_client() -> None:
    script = "trap 'exit 3' INT; echo ready; kill -INT $PPID; kill -INT $$; exit 9"
    done = subprocess.run([sys.executable, "-c", RUN, script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("ready\n", 3)


def test_handlers_are_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    process.run(["/bin/sh", "-c", ""], os.environ, closed_stdin=False)
    assert signal.getsignal(signal.SIGTERM) == before
