"""Collects records; one thread makes lines of them and writes a batch at a time: a request wakes nobody."""

from __future__ import annotations

import logging
import threading
import typing
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain

from ccr.config.logs import Pace
from ccr.telemetry.active import REQUEST
from ccr.telemetry.logs.lines import Line, Ready, line_of


class Output(typing.Protocol):
    """Where lines go."""

    level: int

    def takes(self, record: logging.LogRecord) -> bool:
        """Whether a record from ``level`` on is this output's."""

    def write(self, lines: Sequence[Line | Ready]) -> None:
        """Writes its lines, in order. Called by one thread only; raises nothing."""

    def close(self) -> None: ...


class Deferred(logging.Handler):
    """Python's logging hands records in. More than may wait are counted, left out, and told of."""

    def __init__(
        self,
        outputs: Sequence[Output],
        pace: Pace,
        shown: Callable[[bytes], str],
        redact: Callable[[str], str],
    ) -> None:
        """``shown`` is what may be told of a body, ``redact`` takes secrets out of a short text."""
        super().__init__()
        self._shown, self._redact = shown, redact
        self._outputs = outputs
        self._pace = pace
        self._records: deque[logging.LogRecord] = deque()
        self._lost = 0
        self._come = threading.Event()
        self._full = threading.Event()
        self._over = False
        self._writer = threading.Thread(target=self._write, name="ccr-log", daemon=True)
        self._writer.start()

    def handle(self, record: logging.LogRecord) -> bool:
        """Takes a record, without a lock: appending to a deque needs none."""
        waiting = len(self._records)
        if waiting >= self._pace.lines or self._over:
            self._lost += 1
            return False
        if "request" not in record.__dict__:
            record.__dict__["request"] = REQUEST.get()
        self._records.append(record)
        if not self._come.is_set():  # not by what waited a moment ago: it may have been taken meanwhile
            self._come.set()
        if waiting == self._pace.lines // 2:
            self._full.set()
        return True

    def close(self) -> None:
        """Writes what is left."""
        self._over = True
        self._full.set()
        self._come.set()
        self._writer.join(timeout=5)
        super().close()

    def _write(self) -> None:
        while not self._over:
            self._come.wait()
            self._full.wait(self._pace.seconds)
            if not self._over:
                self._full.clear()
            self._come.clear()
            self._flush()
        self._flush()
        for output in self._outputs:
            with suppress(OSError):  # a full disk: what it held back cannot be written now either
                output.close()

    def _flush(self) -> None:
        told = [(record, self._lines(record)) for record in self._taken()]
        for output in self._outputs:
            least, takes = output.level, output.takes
            chosen = [lines for record, lines in told if record.levelno >= least and takes(record)]
            if chosen:
                output.write(list(chain.from_iterable(chosen)))

    def _lines(self, record: logging.LogRecord) -> Sequence[Line | Ready]:
        """One, but for a record that brings ``lines`` of its own."""
        many = record.__dict__.get("lines")
        return (line_of(record, self._shown),) if many is None else many(self._redact)

    def _taken(self) -> Iterator[logging.LogRecord]:
        for _ in range(len(self._records)):
            yield self._records.popleft()
        if lost := self._lost:
            self._lost -= lost
            yield _told_of(lost)


def _told_of(lost: int) -> logging.LogRecord:
    words = (
        "%d lines came faster than they could be written and are left out (Logging.performance.bufferSize)"
    )
    return logging.LogRecord("ccr.log", logging.WARNING, "", 0, words, (lost,), None)
