"""`ccr restart`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.machine import CONFIG, Machine
from tests.ports import free_port


def test_restart_keeps_the_options_of_the_start(machine: Machine, tmp_path: Path) -> None:
    config, port = tmp_path / "my config.json", free_port()
    config.write_text(CONFIG)
    del machine.env["CCR_PORT"]
    started = machine.run("start", "-d", "--port", str(port), "--config", str(config))
    assert f"CCR_CONFIG_PATH='{config}' CCR_PORT={port} ccr code" in started.stdout
    before = machine.status(port)
    machine.run("restart")
    after = machine.status(port)
    assert (after["port"], after["config"]) == (port, str(config))
    assert after["pid"] != before["pid"]
    machine.run("stop", "--port", str(port))


def test_restart_with_a_broken_configuration_leaves_the_service_alone(machine: Machine) -> None:
    file = machine.configure(CONFIG)
    machine.run("start", "-d")
    before = machine.status()
    file.write_text('{"PORT": ')
    done = machine.run("restart")
    assert done.returncode == 2
    assert str(file) in done.stderr
    assert {**machine.status(), "reload": None} == {**before, "reload": None}
    assert machine.run("stop").returncode == 0
