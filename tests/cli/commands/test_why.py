"""`ccr why`."""

from __future__ import annotations

import json

from tests.cli.commands.books import write
from tests.cli.machine import Machine
from tests.telemetry.ledger.records import FULL, record


def test_a_request_is_found_by_its_id_its_end_or_as_the_last(machine: Machine) -> None:
    write(machine.home, record(1), record(2), record(3, parent=record(2).id))
    for asked in (record(2).id, "0002", "last"):
        done = machine.run("why", asked)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(record(2).id)
        assert f"{record(3).id}: lab,m1 200 ok" in done.stdout


def test_of_several_it_is_the_newest(machine: Machine) -> None:
    write(machine.home, record(12), record(22))
    done = machine.run("why", "2")
    assert done.stdout.startswith(record(22).id)
    assert "2 ids end so" in done.stderr


def test_the_story_as_json(machine: Machine) -> None:
    write(machine.home, FULL)
    told = json.loads(machine.run("why", FULL.id, "--json").stdout)
    assert (told["trace"], told["rounds"], told["cost"]) == (FULL.trace, [], FULL.cost)


def test_what_is_not_there_is_told(machine: Machine) -> None:
    assert "No request has been recorded yet" in machine.run("why", "last").stderr
    write(machine.home, record(1))
    done = machine.run("why", "nothing")
    assert done.returncode == 1
    assert "ends with" in done.stderr


def test_an_empty_id_means_no_request(machine: Machine) -> None:
    write(machine.home, record(1))
    done = machine.run("why", "")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Which request?" in done.stderr
