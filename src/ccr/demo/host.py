"""Runs the demo provider in a thread of its own, with its own event loop, on a free loopback port."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn

from ccr.demo import app


class Demo:
    """A running demo provider. ``url`` is its base URL, ending in ``/v1``."""

    def __init__(self, server: uvicorn.Server, listener: socket.socket) -> None:
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        self._server = server
        self._thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="demo provider", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait until it has stopped."""
        self._server.should_exit = True
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def start_demo(pace: float = app.PACE) -> Demo:
    """Start the demo provider; it takes connections from the moment this returns.

    ``pace`` is the pause between two chunks of a stream, in seconds.
    """
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    config = uvicorn.Config(
        app.build(pace), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    return Demo(uvicorn.Server(config), listener)
