"""`ccr requests`."""

from __future__ import annotations

import json

from tests.cli.commands.books import write
from tests.cli.machine import Machine
from tests.telemetry.ledger.records import record


def test_the_newest_come_first(machine: Machine) -> None:
    write(machine.home, *(record(number) for number in range(30)))
    done = machine.run("requests")
    lines = [line for line in done.stdout.splitlines() if "lab,m1" in line]
    assert (done.returncode, len(lines)) == (0, 20)
    assert "00000029" in lines[0]


def test_they_are_filtered(machine: Machine) -> None:
    write(machine.home, record(1), record(2, status=429, error="Overloaded", cost=None, output=None))
    told = json.loads(machine.run("requests", "--status", "429", "--json").stdout)
    assert [one["id"] for one in told["requests"]] == [record(2).id]
    done = machine.run("requests", "--provider", "nobody")
    assert (done.returncode, done.stdout) == (0, "No request fits.\n")
    done = machine.run("requests", "--status", "bad")
    assert done.returncode == 2
    assert "no status" in done.stderr


def test_an_unknown_cost_is_a_question_mark(machine: Machine) -> None:
    write(machine.home, record(1, cost=None))
    assert " ? " in machine.run("requests").stdout


def test_what_was_left_is_unknown_and_what_took_nothing_is_blank(machine: Machine) -> None:
    nothing = {"input": None, "output": None, "cost": None}
    left = record(1, **nothing, error="left", status=499)
    write(machine.home, left, record(2, **nothing, attempts=0, cache="joined"))
    joined, first = [line for line in machine.run("requests").stdout.splitlines() if "lab,m1" in line]
    assert (joined.count("?"), first.count("?")) == (0, 3)


def test_in_a_narrow_terminal_figures_are_whole(machine: Machine) -> None:
    write(machine.home, record(1, model="a-model-with-a-very-long-name-" * 3, cost=1234.56))
    done = machine.run("requests", COLUMNS="80")
    assert "00000001" in done.stdout
    assert "$1,234.56" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_without_data_there_are_friendly_words(machine: Machine) -> None:
    done = machine.run("requests")
    assert done.returncode == 0
    assert "No request has been recorded yet" in done.stderr
