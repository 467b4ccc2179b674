"""Several processes on one address, and the one that looks after them.

On Linux each worker listens on a socket of its own and the system spreads connections evenly over them
(``SO_REUSEPORT``); elsewhere they share one. The parent serves nobody: it starts workers, starts those anew
that died, and passes signals on. When it dies itself, a pipe tells the workers, and they end.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from ccr.anthropic.ids import reseed
from ccr.config import ConfigError, Problem, Settings
from ccr.server.run import Server, Start, bind, bound, hangup_ends, serve_on
from ccr.telemetry.logs.setup import mark_start

INDEX = "CCR_WORKER"
"""The variable that tells a worker which one it is: 0, 1, …"""

UNSUPPORTED = "Several workers need a Unix system: Windows has no way to share an address. Leave WORKERS out."

APART = (
    "Limits are counted by each worker for itself, so together they let through more. "
    "Configure Redis to count them together."
)
KEY_LIMITS = frozenset({"rpm", "tpm", "limits"})

STEADY = 10.0
"""Seconds after which a worker that dies is started anew at once: it was no mistake from the start."""

SLOWEST = 30.0
"""Seconds between two starts of a worker at most."""

LATE = 5.0
"""Seconds beyond the drain after which a worker is ended by force."""

STEP = 0.1
"""Seconds between two looks at workers that do not end."""

USAGE = 2
"""The exit code of a worker that cannot be started with this configuration, nor could any other."""

SPREADS = sys.platform == "linux"
"""Whether the system spreads connections over all sockets of an address."""


def supervise(start: Start) -> int:
    """Serves with several processes until a signal. Gives the exit code.

    Raises ``ConfigError`` where the system has no such thing, ``OSError`` when the address cannot be bound.
    """
    if sys.platform == "win32":
        raise ConfigError([Problem("WORKERS", UNSUPPORTED)], start.settings.path)
    mark_start()
    if counts_apart(start.settings):
        sys.stderr.write(f"ccr: {APART}\n")
    host, port = start.settings.host, start.settings.port
    address = bound(host, port, shared=True) if SPREADS else bind(host, port)
    try:
        return Parent(start, address).run()
    finally:
        address.close()


def counts_apart(settings: Settings) -> bool:
    """Whether there are limits, and nothing that the workers could count them in together."""
    return settings.redis is None and any(_limits(settings))


def _limits(settings: Settings) -> Iterator[object]:
    yield settings.limits
    yield from settings.client_limits.values()
    for provider in settings.providers:
        yield provider.limits
        yield from (provider.facts_of(model).limits for model in provider.models)
        yield from (option.keys() & KEY_LIMITS for option in provider.key_options)


@dataclass(slots=True)
class Worker:
    """One place in the row, and the process that fills it."""

    index: int
    pid: int = 0
    started: float = 0.0
    due: float = 0.0
    """When it is to be started (again)."""

    falls: int = 0
    """How often it died soon after its start, in a row."""

    def fell(self, now: float) -> None:
        """It died: it comes back at once, but ever later when it dies soon each time."""
        self.falls = self.falls + 1 if now - self.started < STEADY else 0
        self.due = now + (min(2.0 ** (self.falls - 1), SLOWEST) if self.falls > 1 else 0.0)
        self.pid = 0


class Signals:
    """Signals to the parent, as numbers that can be waited for."""

    HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)  # first: no signal goes unnoticed
        self._before = {number: signal.signal(number, lambda *_: None) for number in self.HANDLED}

    def wait(self, seconds: float) -> bytes:
        """The signals that have come, a byte each; b"" when none has after so long."""
        ready, _, _ = select.select([self._read], [], [], seconds)
        return os.read(self._read, 4096) if ready else b""

    def close(self) -> None:
        """Leaves all as it was before."""
        signal.set_wakeup_fd(-1)
        for number, before in self._before.items():
            signal.signal(number, before)
        os.close(self._read)
        os.close(self._write)

    def fork(self) -> int:
        """``os.fork``; in the child signals are what they were, and none is lost on the way.

        A hangup waits there: see ``hold_hangups``.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, self.HANDLED)
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            self.close()
        heard = self.HANDLED if pid else set(self.HANDLED) - {signal.SIGHUP}
        signal.pthread_sigmask(signal.SIG_UNBLOCK, heard)
        return pid


class Parent:
    """Mutable state: the workers, and how far the end has come. ``address`` keeps the port for them."""

    def __init__(self, start: Start, address: socket.socket) -> None:
        self._start = start
        self._address = address
        self._workers = [Worker(index) for index in range(start.settings.process.workers)]
        self._ends_on_hangup = hangup_ends()
        self._told = 0
        """How many signals to end have come."""

        self._kill_at = 0.0
        self._code = 0
        # Whoever has the other end lives: a worker reads the end of this one when the parent is gone.
        self._alive = os.pipe()
        self._signals = Signals()

    def run(self) -> int:
        """Until all workers have ended, having been told to."""
        try:
            while not self._told or any(worker.pid for worker in self._workers):
                self._start_due(time.monotonic())
                for number in self._signals.wait(self._pause(time.monotonic())):
                    self._signalled(number)
                self._collect(time.monotonic())
        finally:
            self._signals.close()
        return self._code

    def _start_due(self, now: float) -> None:
        for worker in self._workers:
            if not worker.pid and not self._told and worker.due <= now:
                first, worker.started = not worker.started, now
                worker.pid = self._signals.fork()
                if not worker.pid:
                    self._work(worker, first=first)

    def _pause(self, now: float) -> float:
        """Seconds until there is something to do, if no signal comes."""
        if self._told:
            return max(self._kill_at - now, STEP)
        waiting = [worker.due - now for worker in self._workers if not worker.pid]
        return max(min(waiting, default=60.0), 0.0)

    def _signalled(self, number: int) -> None:
        if number == signal.SIGHUP and not self._ends_on_hangup:
            self._tell(signal.SIGHUP)
        elif number != signal.SIGCHLD:
            self._end()

    def _end(self) -> None:
        """The first signal drains, the second ends at once: workers count them, too."""
        self._told += 1
        patience = self._start.settings.process.drain if self._told == 1 else 0.0
        self._kill_at = time.monotonic() + patience + LATE
        self._tell(signal.SIGTERM)

    def _tell(self, number: int) -> None:
        for worker in self._workers:
            if worker.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.pid, number)

    def _collect(self, now: float) -> None:
        """Takes note of workers that have ended, and ends those that should have."""
        for worker in self._workers:
            if worker.pid and (found := os.waitpid(worker.pid, os.WNOHANG))[0]:
                self._ended(worker, os.waitstatus_to_exitcode(found[1]), now)
        if self._told and now > self._kill_at:
            self._tell(signal.SIGKILL)

    def _ended(self, worker: Worker, code: int, now: float) -> None:
        worker.fell(now)
        if self._told:
            return
        if code == USAGE:  # the first worker says why
            self._code = code
            if worker.index == 0:
                self._end()
            return
        sys.stderr.write(f"ccr: worker {worker.index} ended ({code}) and is started anew.\n")

    def _work(self, worker: Worker, *, first: bool) -> NoReturn:
        """The whole life of a worker; at its end nothing of the parent's may be run."""
        code = 1
        try:
            code = self._serve(worker, first=first)
        except ConfigError as error:
            code = USAGE if first else 1
            if worker.index == 0 or not first:
                sys.stderr.write(f"{error}\n")
        except OSError as error:
            sys.stderr.write(f"ccr: worker {worker.index}: {error}\n")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _serve(self, worker: Worker, *, first: bool) -> int:
        os.environ[INDEX] = str(worker.index)
        os.setpgid(0, 0)  # what the terminal sends is for the parent to pass on
        os.close(self._alive[1])
        reseed()
        start = replace(self._start, ready=self._start.ready if first and worker.index == 0 else None)
        if not first and start.reload is not None:
            with contextlib.suppress(ConfigError):  # one with mistakes: that of the start is good
                start = replace(start, settings=start.reload())
        host, port, *_ = self._address.getsockname()
        listener = bind(host, port, shared=True) if SPREADS else self._address
        return serve_on(listener, start, self._end_with_parent)

    def _end_with_parent(self, server: Server) -> None:
        """A parent that was killed could not say so."""
        loop = asyncio.get_running_loop()

        def orphaned() -> None:
            loop.remove_reader(self._alive[0])
            server.end(at_once=True)

        loop.add_reader(self._alive[0], orphaned)
