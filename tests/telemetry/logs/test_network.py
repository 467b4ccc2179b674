"""Lines reach others over the network; who does not listen costs lines, which are counted, and no time."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from ccr.config.logs import Network
from ccr.telemetry.logs.network import Remote

LINES = [{"level": "info", "msg": "one canary"}, {"level": "info", "msg": "two"}]


def remote(url: str, **more: Any) -> Remote:
    options: dict[str, Any] = {"lines": 100, "retries": 3, "first": 0.01, **more}
    headers = options.pop("headers", {})
    return Remote(Network(url, "info", headers), redact=lambda text: text.replace("canary", "-"), **options)


def read(connection: socket.socket, count: int) -> list[str]:
    connection.settimeout(20)
    with connection, connection.makefile("rb") as file:
        return [json.loads(file.readline())["msg"] for _ in range(count)]


def test_tcp() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        output = remote(f"tcp://127.0.0.1:{server.getsockname()[1]}")
        output.write(LINES)
        assert read(server.accept()[0], 2) == ["one -", "two"]
        output.close()


def test_a_connection_that_was_closed_is_made_anew() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        output = remote(f"tcp://127.0.0.1:{server.getsockname()[1]}")
        for _ in range(2):
            output.write(LINES)
            assert read(server.accept()[0], 2) == ["one -", "two"]
        output.close()


def test_udp() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(20)
        output = remote(f"udp://127.0.0.1:{server.getsockname()[1]}")
        output.write([*LINES, {"msg": "x" * 70_000}])
        assert [json.loads(server.recv(65_535))["msg"] for _ in range(2)] == ["one -", "two"]
        assert len(server.recv(65_535)) <= 60_000
        output.close()


class Collector(HTTPServer):
    """Refuses its first ``refusals`` batches."""

    refusals = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[bytes] = []
        self.seen: list[Any] = []
        self.paths: list[str] = []
        self.got = threading.Event()


class Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.seen.append(self.headers)
        self.server.paths.append(self.path)
        refused = self.server.refusals > 0
        self.server.refusals -= 1
        self.send_response(503 if refused else 204)
        self.end_headers()
        if not refused:
            self.server.bodies.append(body)
            self.server.got.set()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join(20)
    server.server_close()


def test_http_gets_batches_and_our_headers(collector: Collector) -> None:
    url = f"http://me:pass%2Dword@127.0.0.1:{collector.server_port}/in?x=1"
    output = remote(url, headers={"X-Team": "a"})
    output.write(LINES)
    assert collector.got.wait(20)
    output.close()
    assert [json.loads(line)["msg"] for line in b"".join(collector.bodies).splitlines()] == ["one -", "two"]
    assert collector.paths[0] == "/in?x=1"
    head = collector.seen[0]
    assert (head["content-type"], head["x-team"]) == ("application/x-ndjson", "a")
    assert head["authorization"] == "Basic bWU6cGFzcy13b3Jk"


def test_what_was_refused_is_sent_again(
    collector: Collector, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector.refusals = 2
    output = remote(f"http://127.0.0.1:{collector.server_port}/")
    monkeypatch.setattr(logging.getLogger("ccr"), "propagate", True)
    with caplog.at_level(logging.WARNING, "ccr.log"):
        output.write(LINES)
        assert collector.got.wait(20)
        output.close()
    assert len(collector.bodies) == 1
    assert caplog.text.count("cannot be sent to http://127.0.0.1") == 1


def test_nobody_there_costs_lines_and_no_time(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    output = remote(f"tcp://127.0.0.1:{port}", lines=3, first=3_600.0)
    monkeypatch.setattr(logging.getLogger("ccr"), "propagate", True)
    with caplog.at_level(logging.WARNING, "ccr.log"):
        for _ in range(10):
            output.write(LINES)
        output.close()
    assert caplog.text.count("cannot be sent") == 1
    assert output._lost > 0
