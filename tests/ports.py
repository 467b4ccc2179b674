"""Ports for servers that tests start as processes of their own."""

from __future__ import annotations

import contextlib
import os
import random
import socket

FIRST, LAST = 12_000, 30_000
"""Not those that outgoing connections get by chance."""

SHARE = 500
"""Of each process that runs tests: it is a moment until what gets a port has it."""


def free_port() -> int:
    """A loopback port that nobody has, nor gets from another process of this run of the tests."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIRST + worker * SHARE % (LAST - FIRST)
    for port in random.sample(range(first, first + SHARE), SHARE):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no free port")
