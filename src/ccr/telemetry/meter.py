"""Counts what is over: the event loop notes it, one thread makes the rows and hands them to everybody.

A sink takes a batch at a time. One that fails is told of in the log, once in a while, and stops nobody.
"""

from __future__ import annotations

import logging
import threading
import time
import typing
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ccr.errors import RouterError
from ccr.exchange import Exchange
from ccr.telemetry.account import Account, Books, record_of
from ccr.telemetry.record import Record

log = logging.getLogger("ccr.telemetry")

PAUSE = 0.5
"""Seconds between batches: so much is lost at most when the process is killed."""

MOST = 100_000
"""Accounts that wait at most; more are dropped and counted."""

QUIET = 60.0
"""Seconds for which a failing sink is not told of again."""


class Refusal(NamedTuple):
    """A request that was refused before it was routed: it has no row, but it is an error."""

    id: str
    at: float
    status: int
    error: str
    message: str


class Sink(typing.Protocol):
    """Who takes rows. Called in the meter's thread only."""

    def take(self, records: Sequence[Record], refusals: Sequence[Refusal]) -> None:
        """A batch. May raise: it is logged."""

    def close(self) -> None:
        """The last batch has been taken."""


class Meter:
    """One of a process. ``start`` begins the thread; without it batches are taken by ``flush`` alone."""

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self.sinks = tuple(sinks)
        self.dropped = 0
        """Accounts that came faster than they could be taken."""

        self._accounts: deque[Account] = deque()
        self._refusals: deque[Refusal] = deque(maxlen=MOST)
        self._come = threading.Event()
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._told: dict[int, float] = {}
        self._thread: threading.Thread | None = None

    @property
    def waiting(self) -> int:
        """Accounts that are not taken yet."""
        return len(self._accounts)

    def start(self) -> None:
        """Begins to take batches."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="ccr-meter", daemon=True)
            self._thread.start()

    def watch(self, books: Books) -> Watch:
        """The watcher of a gateway, whose accounts are made up by its own books."""
        return Watch(self.put, books)

    def put(self, account: Account) -> None:
        """On the event loop: one more."""
        if len(self._accounts) >= MOST:
            self.dropped += 1
            return
        self._accounts.append(account)
        if not self._come.is_set():
            self._come.set()

    def refused(self, error: RouterError, id: str) -> None:
        """A request failed before it was routed: no key, no JSON, too large, no room."""
        self._refusals.append(Refusal(id, time.time(), error.status, type(error).__name__, error.message))
        if not self._come.is_set():
            self._come.set()

    def flush(self) -> None:
        """Takes what has come until now."""
        with self._lock:
            accounts = [self._accounts.popleft() for _ in range(len(self._accounts))]
            refusals = [self._refusals.popleft() for _ in range(len(self._refusals))]
            records = [record for account in accounts if (record := self._record(account)) is not None]
            if records or refusals:
                for sink in self.sinks:
                    self._safely(sink, lambda sink=sink: sink.take(records, refusals))  # type: ignore[misc]

    def close(self, timeout: float = 10.0) -> None:
        """Takes the last batch and closes the sinks. A sink that keeps the thread longer is left to it."""
        self._over.set()
        self._come.set()
        if self._thread is not None:
            self._thread.join(timeout)
            if self._thread.is_alive():
                log.warning("%d requests are not counted: a sink does not end", self.waiting)
                return
        self.flush()
        for sink in self.sinks:
            self._safely(sink, sink.close)

    def _run(self) -> None:
        while not self._over.is_set():
            self._come.wait()
            self._over.wait(PAUSE)
            self._come.clear()
            self.flush()

    def _record(self, account: Account) -> Record | None:
        try:
            return record_of(account)
        except Exception as error:  # noqa: BLE001 - one odd request must not stop the accounts of all others
            self._tell(self, f"{account.id} cannot be accounted for", error)
            return None

    def _safely(self, sink: Sink, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - a full disk, a lost database: requests go on
            self._tell(sink, f"{type(sink).__name__} does not take what is counted", error)

    def _tell(self, who: object, what: str, error: Exception) -> None:
        now = time.monotonic()
        if now - self._told.get(id(who), -QUIET) >= QUIET:
            self._told[id(who)] = now
            log.warning("%s: %s: %s", what, type(error).__name__, error)


class Watch(NamedTuple):
    """``upstream.failover.Watcher`` of one gateway."""

    put: Callable[[Account], None]
    books: Books

    def ended(self, exchange: Exchange) -> None:
        """Notes an exchange that is over."""
        self.put(self.books.note(exchange))
