"""The service for one run of Claude Code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.machine import DEADLINE, Machine, end, until


def test_a_service_started_for_clients_ends_with_the_last_of_them(machine: Machine, tmp_path: Path) -> None:
    first = machine.claude(tmp_path / "first")
    second = machine.claude(tmp_path / "second")
    status = machine.status()
    assert (status["sessions"], status["started_for_claude"]) == (2, True)
    assert end(first)[0] == 0
    assert machine.status()["running"]
    assert end(second)[0] == 0
    until(lambda: machine.status()["state"] == "not running")


def test_a_client_that_crashed_is_not_waited_for(machine: Machine, tmp_path: Path) -> None:
    crashed = machine.claude(tmp_path / "first")
    os.kill(json.loads((tmp_path / "first").read_text())["pid"], signal.SIGKILL)
    crashed.kill()
    end(crashed)
    assert machine.status()["sessions"] == 0
    assert machine.run("code", TOLD=str(tmp_path / "second")).returncode == 0
    until(lambda: machine.status()["state"] == "not running")


def test_a_service_that_was_there_before_stays(machine: Machine, told: Path) -> None:
    machine.run("start", "-d")
    pid = machine.status()["pid"]
    machine.run("code", TOLD=str(told))
    assert machine.status()["pid"] == pid
    machine.run("stop")


def test_a_start_by_hand_makes_a_service_stay(machine: Machine, told: Path) -> None:
    client = machine.claude(told)
    assert machine.run("start", "-d").returncode == 0
    end(client)
    assert machine.status()["running"]
    machine.run("stop")
    assert not list((machine.home / ".claude-code-router" / "services").glob("*.json"))


def test_many_at_once_share_one_service(machine: Machine, tmp_path: Path) -> None:
    clients = [machine.spawn("code", "wait", TOLD=str(tmp_path / str(n))) for n in range(4)]
    until(lambda: all((tmp_path / str(n)).exists() for n in range(4)))
    assert machine.status()["sessions"] == 4
    assert {end(client)[0] for client in clients} == {0}
    until(lambda: machine.status()["state"] == "not running")


def test_a_client_that_comes_while_the_service_stops_gets_a_new_one(machine: Machine, told: Path) -> None:
    machine.run("code", TOLD=str(told))
    assert machine.run("code", "seven", TOLD=str(told)).returncode == 7
    until(lambda: machine.status()["state"] == "not running")


STARTED = """
import os, signal, subprocess
from ccr.cli.main import main
begun = subprocess.Popen.__init__
def init(self, command, **options):
    begun(self, command, **options)
    if "start" in command:
        print(self.pid, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
subprocess.Popen.__init__ = init
main(["code"])
"""
"""`ccr code`, told to end in the moment in which it has begun to start a service."""

JOINED = """
import os, signal
from ccr.cli.main import main
from ccr.cli.service import starting
start = starting.start
def begun(*args, **options):
    record = start(*args, **options)
    print(record.pid, flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
    return record
starting.start = begun
main(["code"])
"""
"""The same, in the moment in which the service answers."""


@pytest.mark.parametrize("script", [STARTED, JOINED])
def test_a_signal_while_the_service_is_being_started_leaves_none_behind(
    script: str, machine: Machine, told: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=machine.env | {"TOLD": str(told)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE * 2,
    )
    assert (done.returncode, told.exists()) == (128 + signal.SIGTERM, False)
    until(lambda: not lives(int(done.stdout)))


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended, and whose parent takes no note of it, does not."""
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False, timeout=DEADLINE
    )
    return shown.stdout.strip()[:1] not in ("", "Z")


def test_a_port_of_another_program_ends_it_in_words(machine: Machine, told: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", machine.port)):
        done = machine.run("code", TOLD=str(told))
    assert (done.returncode, told.exists()) == (1, False)
    assert "another program" in done.stderr
