"""`ccr start`, in the terminal and in the background: with real processes."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.cli.machine import CONFIG, PROVIDER, Machine, end


def test_the_printed_curl_line_is_answered_by_the_demo_provider(machine: Machine) -> None:
    service = machine.spawn("start")
    assert service.stdout is not None
    lines = iter(service.stdout.readline, "")
    curl = next(line for line in lines if line.startswith("  curl "))
    done = subprocess.run([*shlex.split(curl), "-s"], capture_output=True, text=True, check=True)
    message = json.loads(done.stdout)
    assert message["type"] == "message"
    assert "Hello from the demo provider" in message["content"][0]["text"]
    service.send_signal(signal.SIGINT)
    assert end(service)[0] == 0


def test_a_service_in_the_background_has_no_terminal_and_no_session_of_ours(machine: Machine) -> None:
    machine.run("start", "-d")
    pid = machine.status()["pid"]
    assert os.getsid(pid) == pid
    machine.run("stop")


@pytest.mark.parametrize("daemon", [["--daemon"], []])
def test_a_broken_configuration_is_told_and_never_written(machine: Machine, daemon: list[str]) -> None:
    text = '{"PORT": "x", Providers: [{name: "a"}]}'
    file = machine.configure(text)
    del machine.env["CCR_PORT"]
    done = machine.run("start", *daemon)
    assert (done.returncode, done.stdout) == (2, "")
    assert "PORT" in done.stderr
    assert "Providers[0]" in done.stderr
    assert "Traceback" not in done.stderr
    assert file.read_text() == text


@pytest.mark.parametrize("daemon", [["--daemon"], []])
def test_mistakes_in_files_that_it_names_are_told_like_others(machine: Machine, daemon: list[str]) -> None:
    (machine.home / "mine.py").write_text("def broken(")
    config = {"Providers": [PROVIDER], "transformers": [{"path": str(machine.home / "mine.py")}]}
    machine.configure(json.dumps(config))
    done = machine.run("start", *daemon)
    assert done.returncode == 2
    assert "transformers[0].path" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("daemon", [["--daemon"], []])
def test_a_second_service_on_the_same_port_is_told_of_the_first(machine: Machine, daemon: list[str]) -> None:
    machine.run("start", "-d")
    pid = machine.status()["pid"]
    other = machine.home / "other.json"
    other.write_text(CONFIG)
    done = machine.run("start", *daemon, "--config", str(other))
    assert done.returncode == 1
    assert f"process {pid}" in done.stderr
    assert "ccr stop" in done.stderr
    machine.run("stop")


@pytest.mark.parametrize("daemon", [["--daemon"], []])
def test_a_port_of_another_program_is_told_with_the_cure(machine: Machine, daemon: list[str]) -> None:
    with HTTPServer(("127.0.0.1", machine.port), BaseHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, args=(0.01,), daemon=True).start()
        done = machine.run("start", *daemon)
        other.shutdown()
    assert done.returncode == 1
    assert f"Port {machine.port} is in use by another program" in done.stderr
    assert "--port" in done.stderr


def test_a_log_file_that_cannot_be_written_is_told_in_the_background_too(machine: Machine) -> None:
    (machine.home / "file").write_text("not a folder")
    done = machine.run("start", "--daemon", "--log-file", str(machine.home / "file" / "x.log"))
    assert done.returncode == 0
    assert "No log file" in done.stdout + done.stderr
    machine.run("stop")
