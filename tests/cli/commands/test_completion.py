"""`ccr completion`, in a terminal."""

from __future__ import annotations

import pytest

from tests.cli.commands.config.terminal import Session
from tests.cli.machine import Machine


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_it_prints_the_script_of_a_shell(shell: str, machine: Machine) -> None:
    code, shown = Session(machine, "completion", shell).end()
    assert (code, f"{shell}_complete" in shown) == (0, True)


def test_without_a_name_it_is_the_user_s_own_shell(machine: Machine) -> None:
    assert "fish_complete" in machine.run("completion", SHELL="/usr/bin/fish").stdout


def test_another_shell_is_told(machine: Machine) -> None:
    done = machine.run("completion", "tcsh")
    assert (done.returncode, "'bash'" in done.stderr) == (2, True)
