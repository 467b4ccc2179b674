"""Logging: lines are formatted and written by a thread of their own, never by a request."""

from __future__ import annotations

import logging
import logging.handlers
import queue
import sys
import time
from collections.abc import Callable
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
LARGEST = 50_000_000
KEPT = 3


def configure(settings: Settings, *, log_file: str | Path | None, verbose: bool) -> Callable[[], None]:
    """Sets up the ``ccr`` loggers. Gives what stops them and writes the last lines."""
    # What no line of ours shows is not collected for each (Python's logging HOWTO, "Optimization").
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handlers: list[logging.Handler] = [_screen(verbose)]
    if settings.log and (file := _file(settings, log_file)) is not None:
        handlers.append(file)
    lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    logger = logging.getLogger("ccr")
    logger.handlers = [Deferred(lines)]
    logger.setLevel(LEVELS.get(settings.log_level, logging.INFO))
    logger.propagate = False
    listener = logging.handlers.QueueListener(lines, *handlers, respect_handler_level=True)
    listener.start()

    def stop() -> None:
        listener.stop()
        for handler in handlers:
            handler.close()

    return stop


class Deferred(logging.handlers.QueueHandler):
    """Hands records over as they are: the writing thread formats them."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record


def _screen(verbose: bool) -> logging.Handler:
    screen = logging.StreamHandler(sys.stderr)
    screen.setLevel(logging.DEBUG if verbose else logging.WARNING)
    screen.setFormatter(_formatter())
    return screen


def _file(settings: Settings, log_file: str | Path | None) -> logging.Handler | None:
    """The log file; a disk that cannot be written is said once and does not stop the service."""
    path = (
        Path(log_file) if log_file else settings.path.parent / "logs" / time.strftime("ccr-%Y%m%d%H%M%S.log")
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8"
        )
    except OSError as error:
        sys.stderr.write(f"No log file: {path}: {error.strerror}\n")
        return None
    handler.setFormatter(_formatter())
    return handler


def _formatter() -> logging.Formatter:
    return logging.Formatter("%(asctime)s %(levelname)-7s %(message)s")
