"""A service in its own process: its record, its signals."""

from __future__ import annotations

import json
import signal
import socket

import pytest

from tests.cli.machine import Machine, end, until


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
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
