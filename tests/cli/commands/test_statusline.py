"""`ccr statusline install` and `uninstall`, in a terminal."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.cli.commands.config.terminal import Session
from tests.cli.machine import Machine

SETTINGS = Path(".claude") / "settings.json"


def test_a_person_puts_the_line_in_and_takes_it_out(machine: Machine) -> None:
    code, shown = Session(machine, "statusline", "install", "--refresh", "5").end()
    assert (code, "Claude Code shows our status line" in shown) == (0, True)
    entry = json.loads((machine.home / SETTINGS).read_text())["statusLine"]
    assert (entry["type"], entry["refreshInterval"]) == ("command", 5)
    code, shown = Session(machine, "statusline", "uninstall").end()
    assert (code, "is out of" in shown) == (0, True)
    assert json.loads((machine.home / SETTINGS).read_text()) == {}


def test_what_is_put_in_draws_the_line_in_a_shell(machine: Machine) -> None:
    machine.run("statusline", "install")
    command = json.loads((machine.home / SETTINGS).read_text())["statusLine"]["command"]
    said = json.dumps({"model": {"display_name": "Sonnet"}, "cwd": "/nowhere/here"})
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        input=said,
        env={**machine.env, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "here" in done.stdout
    assert "Sonnet" in done.stdout


def test_another_s_line_is_kept_and_the_cure_is_told(machine: Machine) -> None:
    path = machine.home / SETTINGS
    path.parent.mkdir()
    path.write_text(json.dumps({"statusLine": {"type": "command", "command": "other"}}))
    done = machine.run("statusline", "install")
    assert (done.returncode, "--force" in done.stderr) == (1, True)
    assert machine.run("statusline", "install", "--force").returncode == 0
    assert "ccr" in path.read_text()


def test_a_preset_that_is_not_there_is_told(machine: Machine) -> None:
    done = machine.run("statusline", "install", "nowhere")
    assert (done.returncode, "no preset 'nowhere'" in done.stderr) == (2, True)
    assert not (machine.home / SETTINGS).exists()
