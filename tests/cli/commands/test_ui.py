"""`ccr ui`, in a terminal: the service runs then, and what there is is told."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest

from ccr.cli.commands import ui
from tests.cli.commands.config.terminal import Session
from tests.cli.machine import Machine


class Dashboard(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_there = self.path == "/ui/" and self.headers["authorization"] in (None, "Bearer right")
        self.send_response(200 if is_there else 404)
        self.send_header("content-type", "text/html" if is_there else "application/json")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def dashboard() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Dashboard) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(20)


def test_it_starts_the_service_and_says_what_there_is(machine: Machine) -> None:
    code, shown = Session(machine, "ui", "--no-open").end()
    assert code == 0
    assert f"http://127.0.0.1:{machine.port}/" in shown
    assert machine.health() is not None
    assert f"http://127.0.0.1:{machine.port}/" in machine.run("ui", "--no-open").stdout
    machine.run("stop")


def test_a_dashboard_is_known_when_it_is_there(dashboard: str) -> None:
    assert ui._is_there(dashboard + ui.PATH, None)
    assert ui._is_there(dashboard + ui.PATH, "right")
    assert not ui._is_there(dashboard + ui.PATH, "wrong")
    assert not ui._is_there(dashboard + "/other", None)
    assert not ui._is_there("http://127.0.0.1:9/ui/", None)
