"""Logging: lines are formatted and written by a thread of their own, in batches, never by a request."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from pathlib import Path

from ccr.config import Settings

LEVELS = {
    "fatal": logging.CRITICAL,
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
    "trace": logging.DEBUG,
}
OTHERS = ("uvicorn.error", "asyncio", "aiohttp")
"""Whose warnings are ours to show."""

NO_LOG_FILE = "No log file"
"""How the line begins that says why there is none."""

LARGEST = 50_000_000
KEPT = 3
PAUSE = 0.2


def configure(settings: Settings, *, log_file: str | Path | None, verbose: bool) -> Callable[[], None]:
    """Sets up the ``ccr`` loggers. Gives what stops them and writes the last lines."""
    # What no line of ours shows is not collected for each (Python's logging HOWTO, "Optimization").
    logging.raiseExceptions = False  # a full disk is no stack trace in the terminal
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handlers: list[logging.Handler] = [_screen(verbose)]
    if settings.log and (file := _file(settings, log_file)) is not None:
        handlers.append(file)
    deferred = Deferred(handlers)
    logger = logging.getLogger("ccr")
    logger.handlers = [deferred]
    # A line that no handler shows is not even made.
    shown = min(handler.level for handler in handlers)
    logger.setLevel(max(LEVELS.get(settings.log_level, logging.INFO), shown))
    logger.propagate = False
    for name in OTHERS:  # else Python itself would show their warnings, with traces
        logging.getLogger(name).handlers = [deferred]
    return deferred.close


class Deferred(logging.Handler):
    """Collects records; a thread writes them, a batch every ``PAUSE`` seconds: a request wakes nobody."""

    def __init__(self, handlers: Sequence[logging.Handler]) -> None:
        super().__init__()
        self._handlers = handlers
        self._records: deque[logging.LogRecord] = deque()
        self._come = threading.Event()
        self._over = threading.Event()
        self._writer = threading.Thread(target=self._write, name="ccr-log", daemon=True)
        self._writer.start()

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)
        if not self._come.is_set():
            self._come.set()

    def close(self) -> None:
        """Writes what is left."""
        self._over.set()
        self._come.set()
        self._writer.join(timeout=5)
        super().close()

    def _write(self) -> None:
        while not self._over.is_set():
            self._come.wait()
            self._over.wait(PAUSE)
            self._come.clear()
            self._flush()
        self._flush()
        for handler in self._handlers:
            with suppress(OSError):  # a full disk: what it held back cannot be written now either
                handler.close()

    def _flush(self) -> None:
        records = [self._records.popleft() for _ in range(len(self._records))]
        for handler in self._handlers:
            shown = [r for r in records if r.levelno >= handler.level]
            if shown:
                handler.handle(_joined(shown, handler))


def _joined(records: Sequence[logging.LogRecord], handler: logging.Handler) -> logging.LogRecord:
    """Many records as one, formatted: a file is looked at, written and flushed once for a batch."""
    text = "\n".join(map(handler.format, records))
    return logging.makeLogRecord({"msg": text, "levelno": max(r.levelno for r in records), "whole": True})


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return record.msg if hasattr(record, "whole") else super().format(record)


class _Brief(_Line):
    """For the terminal: stack traces are in the file only."""

    def format(self, record: logging.LogRecord) -> str:
        brief = copy(record)
        brief.exc_info = brief.exc_text = brief.stack_info = None
        return super().format(brief)


def _screen(verbose: bool) -> logging.Handler:
    screen = logging.StreamHandler(sys.stderr)
    screen.setLevel(logging.DEBUG if verbose else logging.WARNING)
    screen.setFormatter(_formatter(_Brief))
    return screen


def _file(settings: Settings, log_file: str | Path | None) -> logging.Handler | None:
    """The log file; a disk that cannot be written is said once and does not stop the service."""
    path = (
        Path(log_file) if log_file else settings.path.parent / "logs" / time.strftime("ccr-%Y%m%d%H%M%S.log")
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8"
        )
    except OSError as error:
        sys.stderr.write(f"{NO_LOG_FILE}: {path}: {error.strerror}\n")
        return None
    handler.setFormatter(_formatter())
    return handler


def _formatter(kind: type[_Line] = _Line) -> logging.Formatter:
    return kind("%(asctime)s %(levelname)-7s %(message)s")
