"""The process: binds, serves, drains."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from ccr.config import Settings
from ccr.gateway import Gateway
from ccr.server.app import App
from ccr.telemetry.logs import configure

DRAIN = 30
"""Seconds that running answers get after a signal."""

KEEP_ALIVE = 120
"""Seconds an idle connection is kept: Claude Code holds one for its whole run, with a person's pauses."""

BACKLOG = 2048


def serve(
    settings: Settings,
    *,
    ready: Callable[[], None] | None = None,
    log_file: str | Path | None = None,
    verbose: bool = False,
) -> int:
    """Serves until a signal. Gives the exit code; raises ``OSError`` when the address cannot be bound."""
    stop_logs = configure(settings, log_file=log_file, verbose=verbose)
    listener = bind(settings.host, settings.port)
    try:
        config = uvicorn.Config(
            App(Gateway(settings)),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=DRAIN,
            backlog=BACKLOG,
            ws="none",
        )
        spare_collections()
        Server(config, ready).run(sockets=[listener])
    finally:
        listener.close()
        stop_logs()
    return 0


def spare_collections() -> None:
    """Lets Python look for cycles less often.

    A request decodes into thousands of dicts and lists without a cycle among them, which at the usual
    threshold (700) starts several collections each, some of them over everything that was ever imported.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ``OSError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_REUSEADDR") and socket.AF_INET and not _windows():
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
        listener.set_inheritable(True)
    except OSError:
        listener.close()
        raise
    return listener


def _windows() -> bool:
    import sys

    return sys.platform == "win32"


class Server(uvicorn.Server):
    """uvicorn that says when it is ready, and for which a signal is a plain end."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._ready is not None:
            self._ready()
        logging.getLogger("ccr").info("ready")

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Having drained, uvicorn would raise the signal again, and the process end with 143 instead of 0."""
        with super().capture_signals(), self._hangup():
            yield
            self._captured_signals.clear()

    @contextmanager
    def _hangup(self) -> Iterator[None]:
        """A terminal that closes is a signal to end as well, unless `nohup` says otherwise."""
        number = getattr(signal, "SIGHUP", None)
        if number is None or not in_main_thread() or signal.getsignal(number) is not signal.SIG_DFL:
            yield
            return
        signal.signal(number, self.handle_exit)
        try:
            yield
        finally:
            signal.signal(number, signal.SIG_DFL)


def in_main_thread() -> bool:
    """Python lets only this thread set what signals do."""
    return threading.current_thread() is threading.main_thread()
