"""`ccr stop`."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

from tests.children import child
from tests.cli.machine import Machine, end, until
from tests.ports import free_port


def test_a_router_of_another_home_is_neither_ours_nor_stopped(machine: Machine, tmp_path: Path) -> None:
    machine.run("start", "-d", HOME=str(tmp_path))
    for command in (["start"], ["start", "-d"], ["stop"]):
        done = machine.run(*command)
        assert done.returncode == 1
        assert "started from another home folder" in done.stderr
    assert machine.status()["state"] == "another router"
    assert machine.health()
    assert machine.run("stop", HOME=str(tmp_path)).returncode == 0


def test_a_service_that_was_killed_is_found_dead_and_its_pid_is_never_signalled(machine: Machine) -> None:
    service = machine.spawn("start")
    until(machine.health)
    service.kill()
    end(service)
    record = machine.home / ".claude-code-router" / "services" / f"{machine.port}.json"
    with child(["cat"], stdin=subprocess.PIPE) as innocent:
        stale = json.loads(record.read_text()) | {"pid": innocent.pid}
        record.write_text(json.dumps(stale))
        done = machine.run("stop")
        assert done.returncode == 0
        assert f"process {innocent.pid} ended without a word" in done.stdout
        assert innocent.poll() is None
    assert machine.run("start", "-d").returncode == 0
    machine.run("stop")


def test_a_stuck_service_is_told_and_can_be_ended_by_force(machine: Machine) -> None:
    service = machine.spawn("start")
    until(machine.health)
    service.send_signal(signal.SIGSTOP)
    done = machine.run("status")
    assert done.returncode == 3
    assert "does not answer" in done.stdout
    assert machine.run("stop", "--force").returncode == 0
    assert end(service)[0] == -signal.SIGKILL
    assert "ended without a word" not in machine.run("status").stdout


def test_services_at_other_ports_are_named(machine: Machine) -> None:
    other = str(free_port())
    machine.run("start", "-d", "--port", other)
    done = machine.run("stop", "--port", str(free_port()))
    assert f"There is a service of yours on port {other}." in done.stdout
    assert machine.run("stop", "--port", other).returncode == 0
