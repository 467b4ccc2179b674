"""`ccr start`, `stop`, `restart`, `status`, `demo`: with real processes."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.cli.machine import Machine, end, free_port, until

PROVIDER = {"name": "local", "api_base_url": "http://127.0.0.1:9/v1/chat/completions", "models": ["m"]}
CONFIG = json.dumps({"Providers": [PROVIDER], "Router": {"default": "local,m"}})


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


def test_the_life_of_a_service_in_the_background(machine: Machine) -> None:
    machine.configure(CONFIG)
    assert machine.run("status").returncode == 3
    started = machine.run("start", "--daemon")
    assert started.returncode == 0
    assert "demo" not in started.stdout
    assert str(machine.home / ".claude-code-router" / "logs") in started.stdout
    health = machine.health()
    assert health is not None
    told = machine.run("status", "--json")
    assert (told.returncode, json.loads(told.stdout)) == (0, machine.status())
    assert (machine.status()["pid"], machine.status()["instance"]) == (health["pid"], health["instance"])

    again = machine.run("start", "-d")
    assert again.returncode == 0
    assert "already runs" in again.stderr
    assert machine.status()["pid"] == health["pid"]

    assert machine.run("restart").returncode == 0
    assert machine.status()["pid"] != health["pid"]

    stopped = machine.run("stop")
    assert (stopped.returncode, machine.health()) == (0, None)
    assert "has been stopped" in stopped.stdout
    assert machine.run("stop").returncode == 0


def test_a_service_in_the_background_has_no_terminal_and_no_session_of_ours(machine: Machine) -> None:
    machine.run("start", "-d")
    pid = machine.status()["pid"]
    assert os.getsid(pid) == pid
    machine.run("stop")


def test_restart_keeps_the_options_of_the_start(machine: Machine, tmp_path: Path) -> None:
    config, port = tmp_path / "my config.json", free_port()
    config.write_text(CONFIG)
    del machine.env["CCR_PORT"]
    started = machine.run("start", "-d", "--port", str(port), "--config", str(config))
    assert f"CCR_CONFIG_PATH='{config}' CCR_PORT={port} ccr code" in started.stdout
    before = machine.status(port)
    machine.run("restart")
    after = machine.status(port)
    assert (after["port"], after["config"]) == (port, str(config))
    assert after["pid"] != before["pid"]
    machine.run("stop", "--port", str(port))


def test_restart_with_a_broken_configuration_leaves_the_service_alone(machine: Machine) -> None:
    file = machine.configure(CONFIG)
    machine.run("start", "-d")
    before = machine.status()
    file.write_text('{"PORT": ')
    done = machine.run("restart")
    assert done.returncode == 2
    assert str(file) in done.stderr
    assert machine.status() == before
    assert machine.run("stop").returncode == 0


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


def test_services_on_several_ports_are_kept_apart(machine: Machine) -> None:
    other = free_port()
    machine.run("start", "-d")
    machine.run("start", "-d", "--port", str(other))
    assert machine.status()["other_ports"] == [other]
    machine.run("stop", "--port", str(other))
    assert machine.status()["running"]
    assert machine.status()["other_ports"] == []
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


def test_a_router_of_another_home_is_neither_ours_nor_stopped(machine: Machine, tmp_path: Path) -> None:
    machine.run("start", "-d", HOME=str(tmp_path))
    for command in (["start"], ["start", "-d"], ["stop"]):
        done = machine.run(*command)
        assert done.returncode == 1
        assert "started from another home folder" in done.stderr
    assert machine.status()["state"] == "another router"
    assert machine.health()
    assert machine.run("stop", HOME=str(tmp_path)).returncode == 0


def test_a_service_that_was_killed_is_found_dead_and_its_pid_is_never_signalled(machine: Machine) -> None:
    service = machine.spawn("start")
    until(machine.health)
    service.kill()
    end(service)
    record = machine.home / ".claude-code-router" / "services" / f"{machine.port}.json"
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as innocent:
        stale = json.loads(record.read_text()) | {"pid": innocent.pid}
        record.write_text(json.dumps(stale))
        done = machine.run("stop")
        assert done.returncode == 0
        assert f"process {innocent.pid} ended without a word" in done.stdout
        assert innocent.poll() is None
    assert machine.run("start", "-d").returncode == 0
    machine.run("stop")


def test_a_stuck_service_is_told_and_can_be_ended_by_force(machine: Machine) -> None:
    service = machine.spawn("start")
    until(machine.health)
    service.send_signal(signal.SIGSTOP)
    done = machine.run("status")
    assert done.returncode == 3
    assert "does not answer" in done.stdout
    assert machine.run("stop", "--force").returncode == 0
    assert end(service)[0] == -signal.SIGKILL
    assert "ended without a word" not in machine.run("status").stdout


def test_a_service_that_dies_at_its_start_is_quoted(machine: Machine) -> None:
    done = machine.run("start", "-d", CCR_HOST="127.1.2.256")
    assert done.returncode in (1, 2)
    assert "127.1.2.256" in done.stderr
    assert "Traceback" not in done.stderr


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


def test_the_demo_needs_no_configuration_and_reads_none(machine: Machine) -> None:
    machine.configure("{ broken")
    demo = machine.spawn("demo")
    until(machine.health)
    assert machine.status()["demo"]
    demo.send_signal(signal.SIGTERM)
    assert end(demo)[0] == 0


def test_activation_makes_a_shell_use_the_service(machine: Machine) -> None:
    machine.configure(json.dumps({"APIKEY": "it's $secret"}))
    done = machine.run("activate", "--shell", "bash")
    assert "not running" in done.stderr
    script = f'{done.stdout}\nprintf "%s|%s" "$ANTHROPIC_BASE_URL" "$ANTHROPIC_AUTH_TOKEN"'
    shell = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert shell.stdout == f"http://127.0.0.1:{machine.port}|it's $secret"
    assert machine.run("env", "--shell", "fish").stdout.startswith("set -gx ANTHROPIC_BASE_URL ")
