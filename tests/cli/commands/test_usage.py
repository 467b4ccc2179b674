"""`ccr usage`: from the database itself, in tables, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import time

from ccr.telemetry.ledger.database import PostgreSQL
from tests.cli.commands.books import write
from tests.cli.machine import Machine
from tests.telemetry.ledger.records import record


def test_without_data_there_are_friendly_words(machine: Machine) -> None:
    done = machine.run("usage")
    assert (done.returncode, done.stdout) == (0, "")
    assert "No request has been recorded yet" in done.stderr
    assert not (machine.home / ".claude-code-router" / "ccr.db").exists()
    told = json.loads(machine.run("usage", "--json").stdout)
    assert told["totalRequests"] == 0


def test_the_overview_tells_totals_days_and_models(machine: Machine) -> None:
    now = time.time()
    write(machine.home, record(1, at=now - 60), record(2, at=now - 90, provider="far", cost=None))
    done = machine.run("usage")
    assert done.returncode == 0
    assert "2 requests, 0 of them failed." in done.stdout
    assert "$0.5000+? in all, 1 of unknown cost." in done.stdout
    (far,) = [line for line in done.stdout.splitlines() if "far,m1" in line]
    assert "?" in far
    assert "$0 " not in far
    assert "\x1b" not in done.stdout


def test_groups_as_json_and_csv(machine: Machine) -> None:
    now = time.time()
    write(machine.home, record(1, at=now), record(2, at=now, session="=1+1"), record(3, at=now - 40 * 86_400))
    told = json.loads(machine.run("usage", "--by", "session", "--json").stdout)
    assert [group["session"] for group in told["groups"]] == ["", "=1+1"]
    assert told["totalRequests"] == 2
    rows = list(csv.DictReader(io.StringIO(machine.run("usage", "--by", "session", "--csv").stdout)))
    assert [(row["session"], row["requests"]) for row in rows] == [("", "1"), ("'=1+1", "1")]
    every = json.loads(machine.run("usage", "--since", "60d", "--json").stdout)
    assert every["totalRequests"] == 3


def test_mistakes_are_told(machine: Machine) -> None:
    write(machine.home, record(1))
    for args, word in (
        (["--by", "dya"], "did you mean day?"),
        (["--since", "soon"], "write 7d"),
        (["--json", "--csv"], "one of them"),
        (["--config", "none.json"], "no configuration file"),
    ):
        done = machine.run("usage", *args)
        assert (done.returncode, word in done.stderr) == (2, True), done.stderr
    machine.configure('{"Database": {"url": "mysql://x"}}')
    done = machine.run("usage")
    assert done.returncode == 2
    assert "Database.url: should begin with postgresql://" in done.stderr


def test_a_mistake_elsewhere_in_the_configuration_does_not_matter(machine: Machine) -> None:
    machine.configure('{"Providers": 7}')
    assert machine.run("usage").returncode == 0


def test_a_broken_ledger_is_told(machine: Machine) -> None:
    machine.configure("{}").with_name("ccr.db").write_bytes(b"this is no database " * 500)
    done = machine.run("usage")
    assert done.returncode == 1
    assert "not a database" in done.stderr


def test_it_reads_postgresql_by_its_url(machine: Machine, postgres_url: str) -> None:
    write(PostgreSQL(postgres_url), record(1, at=time.time()))
    told = json.loads(machine.run("usage", "--json", DATABASE_URL=postgres_url).stdout)
    assert told["totalRequests"] == 1


def test_a_table_without_rows_has_its_whole_head(machine: Machine) -> None:
    write(machine.home, record(1, at=time.time()))
    empty, full = (machine.run("usage", "--csv", "--provider", name).stdout for name in ("none", "lab"))
    assert empty.splitlines() == full.splitlines()[:1]
