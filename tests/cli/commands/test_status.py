"""`ccr status`, and the whole life that it tells of."""

from __future__ import annotations

import json

from tests.cli.machine import CONFIG, Machine
from tests.ports import free_port


def test_the_life_of_a_service_in_the_background(machine: Machine) -> None:
    machine.configure(CONFIG)
    assert machine.run("status").returncode == 3
    started = machine.run("start", "--daemon")
    assert started.returncode == 0
    assert "demo" not in started.stdout
    assert str(machine.home / ".claude-code-router" / "logs") in started.stdout
    health = machine.health()
    assert health is not None
    told = machine.run("status", "--json")
    assert (told.returncode, json.loads(told.stdout)) == (0, machine.status())
    assert (machine.status()["pid"], machine.status()["instance"]) == (health["pid"], health["instance"])

    again = machine.run("start", "-d")
    assert again.returncode == 0
    assert "already runs" in again.stderr
    assert machine.status()["pid"] == health["pid"]

    assert machine.run("restart").returncode == 0
    assert machine.status()["pid"] != health["pid"]

    stopped = machine.run("stop")
    assert (stopped.returncode, machine.health()) == (0, None)
    assert "has been stopped" in stopped.stdout
    assert machine.run("stop").returncode == 0


def test_services_on_several_ports_are_kept_apart(machine: Machine) -> None:
    other = free_port()
    machine.run("start", "-d")
    machine.run("start", "-d", "--port", str(other))
    assert machine.status()["other_ports"] == [other]
    machine.run("stop", "--port", str(other))
    assert machine.status()["running"]
    assert machine.status()["other_ports"] == []
    machine.run("stop")
