"""A service in processes of its own over a provider of the test's, spoken to through plain sockets."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.cli.machine import Machine, until

BODY = {"model": "m1", "max_tokens": 9, "stream": True, "messages": [{"role": "user", "content": "hi"}]}


def configure(machine: Machine, url: str, name: str = "lab", **more: Any) -> None:
    provider = {"name": name, "api_base_url": f"{url}/v1/chat/completions", "models": ["m1"]}
    machine.configure(json.dumps({"Providers": [provider], "Router": {"default": f"{name},m1"}, **more}))


@contextmanager
def service(machine: Machine, *args: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """`ccr start`, ended with the block at the latest."""
    child = machine.spawn("start", *args, **env)
    try:
        until(lambda: machine.health() or child.poll() is not None)
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate(timeout=20)


class Client:
    """One connection that asks and reads."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.got = b""

    def ask(self, body: dict[str, Any] | None = None, path: str = "/v1/messages") -> Client:
        data = json.dumps(body or BODY).encode()
        method = "POST" if path == "/v1/messages" else "GET"
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        self._socket.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        return self

    def until(self, text: bytes) -> Client:
        """Reads until a text has come; fails where the connection ends before."""
        while text not in self.got:
            data = self._socket.recv(65536)
            assert data, self.got
            self.got += data
        return self

    def rest(self) -> bytes:
        """Everything to the end of the connection."""
        while data := self._socket.recv(65536):
            self.got += data
        return self.got

    def __del__(self) -> None:
        if hasattr(self, "_socket"):  # it could connect
            self._socket.close()


def alive(pid: int) -> bool:
    """Whether a process lives, or waits for its parent to take note that it does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
