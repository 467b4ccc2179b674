"""The process: binds, serves, takes new configurations, drains."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from ccr.config import Settings
from ccr.errors import Draining
from ccr.gateway import Gateway
from ccr.server import descriptors, idle
from ccr.server.app import App
from ccr.server.connection import Connection
from ccr.server.delivery import SHUT_DOWN
from ccr.server.idle import Idle
from ccr.server.reload import Load
from ccr.services import Services

KEEP_ALIVE = 120
"""Seconds an idle connection is kept: Claude Code holds one for its whole run, with a person's pauses."""

BACKLOG = 2048

GRACE = 1
"""Seconds that connections get to close once their last answer has ended."""

TICK = 0.05

TICKS = 10
"""A second's, of uvicorn's own."""

log = logging.getLogger("ccr")


@dataclass(frozen=True, slots=True)
class Start:
    """With what a service is started."""

    settings: Settings
    ready: Callable[[], None] | None = None
    """Is called when requests are taken."""

    reload: Load | None = None
    """Reads the configuration anew; without it the service keeps the one it has."""

    taken: Callable[[Settings], None] | None = None
    """Is told of each new configuration."""

    log_file: str | Path | None = None
    verbose: bool = False


def serve(start: Start) -> int:
    """Serves until a signal. Gives the exit code; raises ``OSError`` when the address cannot be bound."""
    descriptors.raise_limit()
    if start.settings.process.workers > 1:
        from ccr.server.workers import supervise

        return supervise(start)
    listener = bind(start.settings.host, start.settings.port)
    try:
        return serve_on(listener, start)
    finally:
        listener.close()


def serve_on(listener: socket.socket, start: Start, watch: Callable[[Server], None] | None = None) -> int:
    """Serves on a listening socket. ``watch`` is given the server once its loop runs."""
    from ccr.telemetry.logs import configure

    hold_hangups()
    logs = configure(start.settings, log_file=start.log_file, verbose=start.verbose)
    try:
        app = App(Gateway(start.settings, services=Services(start.settings, logs.take)))
        if start.reload is not None:
            app.allow_reload(start.reload, start.taken)
        spare_collections()
        Server(_config(app), app, start.ready, watch).run(sockets=[listener])
    finally:
        logs()
    return 0


def _config(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        backlog=BACKLOG,
        http=Connection,
        ws="none",
    )


def spare_collections() -> None:
    """Lets Python look for cycles less often.

    A request decodes into thousands of dicts and lists without a cycle among them, which at the usual
    threshold (700) starts several collections each, some of them over everything that was ever imported.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def bind(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A listening socket. ``shared``: the system spreads connections over all that listen there.

    Raises ``OSError``.
    """
    listener = bound(host, port, shared=shared)
    try:
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def bound(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket that has the address, and does not listen yet. Raises ``OSError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        found.bind((host, port))
        found.set_inheritable(True)
    except OSError:
        found.close()
        raise
    return found


class Server(uvicorn.Server):
    """uvicorn that says when it is ready, drains, and for which a signal is a plain end."""

    def __init__(
        self,
        config: uvicorn.Config,
        app: App,
        ready: Callable[[], None] | None = None,
        watch: Callable[[Server], None] | None = None,
    ) -> None:
        super().__init__(config)
        self._app = app
        self._ready = ready
        self._watch = watch
        self._hurried = False
        self._idle = Idle(self.server_state.connections)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._ready is not None:
            self._ready()
        if self._watch is not None:
            self._watch(self)
        log.info("ready")

    async def on_tick(self, counter: int) -> bool:
        if counter % (idle.WAIT * TICKS) == 0:
            self._idle.sweep()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets running answers end. Meanwhile new requests are refused, and ``/ready`` says why."""
        await self._drained()
        left = self._app.load.in_flight
        if left:
            log.warning("%d answers were cut off", left)
            self._app.active.cut(Draining(SHUT_DOWN))
        self.config.timeout_graceful_shutdown = 0 if left or self._hurried else GRACE
        await super().shutdown(sockets)

    async def _drained(self) -> None:
        load, loop = self._app.load, asyncio.get_running_loop()
        load.draining = True
        deadline = loop.time() + self._app.gateway.settings.process.drain
        # No event: signals come outside of the loop.
        while load.in_flight and not self._hurried and loop.time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(TICK)

    def end(self, *, at_once: bool = False) -> None:
        """Asks the server to end: after running answers, or at once."""
        self._hurried = self._hurried or at_once
        self.should_exit = True

    def handle_exit(self, sig: int, frame: object) -> None:  # noqa: ARG002
        """The first signal drains, the second ends at once, a third does what signals do."""
        self._captured_signals.append(sig)
        if self._hurried:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        self.end(at_once=self.should_exit)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Having drained, uvicorn would raise the signal again, and the process end with 143 instead of 0."""
        with super().capture_signals(), self._hangup():
            yield
            self._captured_signals.clear()

    @contextmanager
    def _hangup(self) -> Iterator[None]:
        """A hangup is a terminal that closes, or, where there is none, a wish to read the configuration."""
        number = getattr(signal, "SIGHUP", None)
        if number is None or not in_main_thread():
            yield
            return
        before = signal.getsignal(number)
        if hangup_ends():
            signal.signal(number, self.handle_exit)
        else:
            loop = asyncio.get_running_loop()
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._app.ask_reload))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
        try:
            yield
        finally:
            signal.signal(number, before)


def hold_hangups() -> None:
    """A wish to read the configuration that comes while we start waits until we can; else it would end us."""
    if hasattr(signal, "SIGHUP") and in_main_thread():
        signal.pthread_sigmask(signal.SIG_UNBLOCK if hangup_ends() else signal.SIG_BLOCK, [signal.SIGHUP])


def in_main_thread() -> bool:
    """Python lets only this thread set what signals do."""
    return threading.current_thread() is threading.main_thread()


def hangup_ends() -> bool:
    """Whether a hangup means that our terminal closes, and `nohup` has not said that we are to stay."""
    return signal.getsignal(signal.SIGHUP) is signal.SIG_DFL and has_terminal()


def has_terminal() -> bool:
    """Whether a terminal controls this process: what `--daemon` starts has none."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True
