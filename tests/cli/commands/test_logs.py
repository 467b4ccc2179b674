"""`ccr logs` shows what is in the files, whatever the service and the configuration are like."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from tests.cli.machine import CONFIG, Machine


def line(second: int, msg: str, level: str = "info", **more: str) -> str:
    return json.dumps({"time": f"2026-01-01T00:00:{second:02}Z", "level": level, **more, "msg": msg}) + "\n"


@pytest.fixture
def folder(machine: Machine) -> Path:
    folder = machine.home / ".claude-code-router" / "logs"
    folder.mkdir(parents=True)
    (folder / "app.log").write_text(line(1, "routed", reqId="req_1") + line(4, "odd", "warn"))
    (folder / "ccr-20260101000000.log").write_text(line(2, "done", reqId="req_1", model="m") + "no json\n")
    (folder / "ccr-20260101000000_1.log.gz").write_bytes(gzip.compress(line(0, "begun").encode()))
    return folder


def test_the_logs_in_the_order_of_time(machine: Machine, folder: Path) -> None:
    done = machine.run("logs", "--json", "--level", "info", "--since", "2025-01-01")
    assert done.returncode == 0
    assert [json.loads(one)["msg"] for one in done.stdout.splitlines()] == ["begun", "routed", "done", "odd"]
    assert (
        machine.run("logs", "-n", "1", "--json").stdout
        == (folder / "app.log").read_text().splitlines(True)[1]
    )


@pytest.mark.usefixtures("folder")
def test_people_get_words_without_colours_where_no_terminal_is(machine: Machine) -> None:
    done = machine.run("logs", "--request", "req_1")
    first, second = done.stdout.splitlines()
    assert first.endswith("INFO  req_1 routed")
    assert second.endswith("INFO  req_1 done model=m")
    assert "no json" in machine.run("logs").stdout


@pytest.mark.usefixtures("folder")
def test_one_file_alone(machine: Machine) -> None:
    assert machine.run("logs", "--file", "app.log", "--level", "warn", "--json").stdout == line(
        4, "odd", "warn"
    )
    refused = machine.run("logs", "--file", "../config.json")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "There is no log ../config.json" in refused.stderr


def test_what_is_logged_from_now_on(machine: Machine, folder: Path) -> None:
    following = machine.spawn("logs", "-f", "-n", "1", "--level", "warn")
    assert following.stdout is not None
    try:
        assert "odd" in following.stdout.readline()
        (folder / "app.log").rename(folder / "app_1.log")
        (folder / "app.log").write_text(line(5, "quiet") + line(6, "worse", "error"))
        assert "ERROR worse" in following.stdout.readline()
    finally:
        following.kill()
        following.communicate()


def test_mistakes_and_empty_folders_are_told(machine: Machine) -> None:
    wrong = machine.run("logs", "--since", "soon")
    assert wrong.returncode == 2
    assert '--since soon: should be a time such as "10m"' in wrong.stderr
    nothing = machine.run("logs")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "Nothing is logged in" in nothing.stderr


def test_a_service_logs_where_it_says(machine: Machine) -> None:
    config = json.loads(CONFIG) | {"Logging": {"logDirectory": "my-logs"}}
    machine.configure(json.dumps(config))
    started = machine.run("start", "--daemon")
    assert str(machine.home / ".claude-code-router" / "my-logs") in started.stdout
    machine.run("stop")
    assert "ready" in machine.run("logs").stdout
    (server,) = (machine.home / ".claude-code-router" / "my-logs").glob("ccr-*.log")
    assert os.name == "nt" or server.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name == "nt", reason="Windows has one worker")
def test_workers_share_one_log(machine: Machine) -> None:
    machine.configure(CONFIG)
    machine.run("start", "--daemon", "--workers", "2")
    machine.run("stop")
    (server,) = (machine.home / ".claude-code-router" / "logs").glob("ccr-2*.log")
    assert '"msg":"ready"' in server.read_text()
