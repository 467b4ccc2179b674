"""A service in its own process: its record, its signals."""

from __future__ import annotations

import json
import signal
import socket
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pexpect
import pytest

from ccr.cli.service import records
from ccr.cli.service.home import Home
from tests.cli.machine import CONFIG, DEADLINE, Machine, end, until


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_service_and_leaves_no_record(machine: Machine, number: signal.Signals) -> None:
    service = machine.spawn("start")
    until(machine.health)
    status = machine.status()
    assert (status["running"], status["pid"], status["demo"]) == (True, service.pid, True)
    assert (machine.home / ".claude-code-router" / ".claude-code-router.pid").read_text() == str(service.pid)
    service.send_signal(number)
    code, _, errors = end(service)
    assert (code, errors) == (0, "")
    assert machine.run("status").returncode == 3
    assert not (machine.home / ".claude-code-router" / ".claude-code-router.pid").exists()


def _hears_hangups() -> None:
    """The tests themselves may run under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def test_a_terminal_that_closes_ends_the_service(machine: Machine) -> None:
    service = pexpect.spawn(
        sys.executable,
        ["-m", "ccr", "start"],
        env=machine.env,
        timeout=DEADLINE,
        preexec_fn=_hears_hangups,
    )
    service.expect("ready at")
    service.kill(signal.SIGHUP)
    service.expect(pexpect.EOF)
    service.close()
    assert service.exitstatus == 0
    assert machine.run("status").returncode == 3


def told(machine: Machine, state: str) -> dict[str, Any] | None:
    """What the health says of the configuration, once it has come to a state."""
    found: dict[str, Any] = (machine.health() or {}).get("reload", {})
    return found if found.get("state") == state and "at" in found else None


def test_without_a_terminal_a_hangup_reads_the_configuration_anew(machine: Machine) -> None:
    machine.configure(CONFIG)
    service = machine.spawn("start")
    until(machine.health)
    service.send_signal(signal.SIGHUP)
    until(lambda: told(machine, "ok"))
    service.send_signal(signal.SIGTERM)
    assert end(service)[0] == 0


def test_a_configuration_with_mistakes_is_refused_whole_until_it_is_mended(machine: Machine) -> None:
    path = machine.configure(CONFIG)
    service = machine.spawn("start")
    until(machine.health)
    machine.configure(CONFIG.replace("local,m", "nobody,m"))
    until(lambda: told(machine, "refused"))
    said = machine.run("status")
    assert said.returncode == 0
    assert 'there is no provider "nobody"' in said.stdout
    new = path.with_name("config.json.new")
    new.write_text(CONFIG.replace('"m"', '"m", "m2"'))
    new.rename(path)
    until(lambda: told(machine, "ok"))
    assert "nobody" not in machine.run("status").stdout
    with urllib.request.urlopen(f"http://127.0.0.1:{machine.port}/v1/models") as answer:
        assert [model["id"] for model in json.load(answer)["data"]] == ["local,m", "local,m2"]
    service.send_signal(signal.SIGTERM)
    assert end(service)[0] == 0


def test_the_first_provider_takes_the_demos_place_and_gives_it_back(machine: Machine) -> None:
    machine.configure("{}")
    service = machine.spawn("start")
    until(machine.health)
    machine.configure(CONFIG)
    until(lambda: machine.status()["demo"] is False)
    machine.configure("{}")
    until(lambda: machine.status()["demo"] is True)
    service.send_signal(signal.SIGTERM)
    assert end(service)[0] == 0


def test_a_service_that_is_to_stay_does_so_whatever_its_configuration_becomes(
    machine: Machine, tmp_path: Path
) -> None:
    machine.configure(CONFIG)
    client = machine.claude(tmp_path / "told")
    assert machine.run("start", "-d").returncode == 0
    machine.configure(CONFIG.replace('"m"', '"m", "m2"'))
    until(lambda: told(machine, "ok"))
    until(lambda: (record := records.read(Home.of(machine.env), machine.port)) and not record.auto)
    assert end(client)[0] == 0
    assert machine.status()["running"]
    assert machine.run("stop").returncode == 0


def test_running_answers_finish_before_the_service_ends(machine: Machine) -> None:
    service = machine.spawn("start")
    until(machine.health)
    body = json.dumps(
        {
            "model": "x",
            "max_tokens": 500,
            "stream": True,
            "messages": [{"role": "user", "content": "word " * 80}],
        }
    ).encode()
    with socket.create_connection(("127.0.0.1", machine.port)) as client:
        client.sendall(
            b"POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )
        answer = client.recv(4096)
        while b"content_block_delta" not in answer:
            answer += client.recv(4096)
        service.send_signal(signal.SIGTERM)
        while data := client.recv(65536):
            answer += data
    assert b"message_stop" in answer
    assert end(service)[0] == 0
