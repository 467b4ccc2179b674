"""`ccr service`, with a systemctl that writes down how it is called."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.commands.config.terminal import Session
from tests.cli.machine import CONFIG, Machine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")

FOLDER = Path(".config") / "systemd" / "user"
SYSTEMCTL = """#!/bin/sh
echo "$*" >> "$HOME/calls"
case "$*" in *is-active*) echo active;; esac
exit ${CODE:-0}
"""


@pytest.fixture
def managed(machine: Machine) -> Machine:
    program = machine.home / "bin" / "systemctl"
    program.write_text(SYSTEMCTL)
    program.chmod(0o755)
    machine.env.pop("XDG_CONFIG_HOME", None)
    return machine


def unit(machine: Machine) -> Path:
    """The machine has a port of its own, and so the service has a name of its own."""
    return machine.home / FOLDER / f"claude-code-router-{machine.port}.service"


def calls(machine: Machine) -> list[str]:
    path = machine.home / "calls"
    return path.read_text().splitlines() if path.exists() else []


def test_a_person_installs_it_asks_and_uninstalls_it(managed: Machine) -> None:
    code, shown = Session(managed, "service", "install").end()
    assert (code, "is installed" in shown) == (0, True)
    text = unit(managed).read_text()
    assert f'ExecStart="{sys.executable}" "-P" "-m" "ccr" "start" "--port" "{managed.port}"' in text
    assert [call.split()[1] for call in calls(managed)] == ["daemon-reload", "enable", "restart"]
    code, shown = Session(managed, "service", "status").end()
    assert (code, "active" in shown) == (0, True)
    code, shown = Session(managed, "service", "uninstall").end()
    assert (code, unit(managed).exists()) == (0, False)
    assert f"--user disable --now {unit(managed).name}" in calls(managed)


def test_what_is_not_installed_is_told(managed: Machine) -> None:
    done = managed.run("service", "status", "--json")
    assert (done.returncode, json.loads(done.stdout)["installed"]) == (3, False)
    assert "Nothing to do" in managed.run("service", "uninstall").stdout


def test_a_manager_that_refuses_leaves_nothing_behind(managed: Machine) -> None:
    done = managed.run("service", "install", CODE="1")
    assert done.returncode == 1
    assert "ccr start --daemon" in done.stderr
    assert not unit(managed).exists()


def test_print_changes_nothing(managed: Machine) -> None:
    done = managed.run("service", "install", "--port", "4000", "--print")
    assert "claude-code-router-4000.service" in done.stdout
    assert "# systemctl --user enable" in done.stdout
    assert (calls(managed), unit(managed).parent.exists()) == ([], False)


def test_a_port_that_is_taken_is_told_before(managed: Machine) -> None:
    assert managed.run("start", "-d").returncode == 0
    done = managed.run("service", "install")
    assert (done.returncode, "ccr stop" in done.stderr) == (1, True)
    managed.run("stop")


def test_keys_that_only_the_shell_has_are_told_with_their_cure(managed: Machine) -> None:
    managed.configure(CONFIG.replace('"models"', '"api_key": "$MY_OWN_KEY", "models"'))
    done = managed.run("service", "install", MY_OWN_KEY="sk-secret")
    assert "MY_OWN_KEY" in done.stderr
    assert ".env" in done.stderr
    assert "sk-secret" not in done.stderr + unit(managed).read_text()


def test_a_configuration_with_mistakes_is_not_installed(managed: Machine) -> None:
    managed.configure('{"Providers": 7}')
    assert managed.run("service", "install").returncode == 2
    assert calls(managed) == []
