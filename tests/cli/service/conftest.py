"""Small servers to be met at a port."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ccr.cli.service.home import Home

Serve = Callable[[bytes], int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts HTTP servers that answer everything with the same body; gives the port."""
    servers = []

    def start(body: bytes) -> int:
        class Handler(BaseHTTPRequestHandler):
            server_version, sys_version = "Other/1.0", ""

            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return server.server_port

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def home(tmp_path: Any) -> Home:
    return Home.of({"HOME": str(tmp_path)})


def health(instance: str) -> bytes:
    """The body of a router's ``GET /health``."""
    return json.dumps(
        {"service": "claude-code-router", "instance": instance, "pid": 7, "config": "/c.json"}
    ).encode()


@pytest.fixture
def router(serve: Serve) -> Callable[[str], int]:
    """Starts something that shows the health of a router; gives the port."""
    return lambda instance: serve(health(instance))
