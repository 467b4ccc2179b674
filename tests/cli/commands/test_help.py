"""`ccr help`."""

from __future__ import annotations

from tests.cli.commands.config.terminal import Session
from tests.cli.machine import Machine


def test_it_is_the_help_of_the_command_that_is_named(machine: Machine) -> None:
    for words in ((), ("config", "init"), ("preset",)):
        assert machine.run("help", *words).stdout == machine.run(*words, "--help").stdout
    code, shown = Session(machine, "help", "code").end()
    assert (code, "all arguments are its own" in shown) == (0, True)


def test_a_command_that_does_not_exist_is_told(machine: Machine) -> None:
    done = machine.run("help", "config", "nonsense")
    assert done.returncode == 2
    assert "'ccr config nonsense'" in done.stderr
