"""Sets up Python's logging: who writes where, from which level on."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ccr.config import Settings
from ccr.config.logs import Console
from ccr.telemetry.logs.files import LogFile
from ccr.telemetry.logs.lines import LEVELS
from ccr.telemetry.logs.outputs import File, Screen, is_application
from ccr.telemetry.logs.tidy import Tidier
from ccr.telemetry.logs.writer import Deferred, Output
from ccr.telemetry.redact import Redactor

OTHERS = ("uvicorn.error", "asyncio", "aiohttp")
"""Whose warnings are ours to show."""

NO_LOG_FILE = "No log file"
"""How the line begins that says why there is none."""

STARTED = "CCR_LOG_STARTED"
"""The variable that tells worker processes the time in the name of the server's log."""

APPLICATION = "app.log"
LEGACY = "claude-code-router.log"
"""Beside the configuration: where the original's first version kept the application's log."""


class Logs(NamedTuple):
    """What has been set up. To be called at the end: it writes the last lines."""

    deferred: Deferred
    tidier: Tidier | None
    redactor: Redactor

    def __call__(self) -> None:
        self.deferred.close()
        if self.tidier is not None:
            self.tidier.close()

    def take(self, settings: Settings) -> None:
        """Keeps the secrets of a new configuration, too; the rest of it counts from the next start."""
        self.redactor.learn(settings)


def configure(settings: Settings, *, log_file: str | Path | None, verbose: bool) -> Logs:
    """Sets up the ``ccr`` loggers. Gives what stops them."""
    # What no line of ours shows is not collected for each (Python's logging HOWTO, "Optimization").
    logging.raiseExceptions = False  # a full disk is no stack trace in the terminal
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001
    redactor, logs = Redactor.of(settings), settings.logs
    outputs = _screens(settings, redactor, verbose=verbose)
    tidier = None
    if settings.log:
        files = _files(settings, Path(log_file) if log_file else None)
        tidier = Tidier(files, logs.rotation) if files and logs.rotation.enabled else None
        outputs += _written(files, settings, redactor, tidier.ask if tidier else lambda: None)
    outputs += _remotes(settings, redactor)
    shown = partial(redactor.body, most=logs.tracking.body_bytes)
    deferred = Deferred(outputs, logs.pace, shown, redactor.name)
    _listen(settings, deferred, min((output.level for output in outputs), default=logging.CRITICAL))
    if tidier is not None:
        tidier.ask()
    return Logs(deferred, tidier, redactor)


def _listen(settings: Settings, deferred: Deferred, level: int) -> None:
    """A line that no output shows is not even made."""
    logger = logging.getLogger("ccr")
    logger.handlers = [deferred]
    logger.setLevel(level)
    logger.propagate = False
    for name in OTHERS:  # else Python itself would show their warnings, with traces
        logging.getLogger(name).handlers = [deferred]
    logging.getLogger("ccr.request.steps").disabled = not settings.logs.tracking.enabled
    logging.getLogger("ccr.request.body").disabled = not settings.logs.tracking.bodies


def _screens(settings: Settings, redactor: Redactor, *, verbose: bool) -> list[Output]:
    console = settings.logs.console
    level = console.level or "warn"
    if verbose:
        console, level = Console(format=console.format, color=console.color), "info"
        if LEVELS[settings.log_level] < LEVELS[level]:
            level = settings.log_level
    return [Screen(console, level, redactor)] if console.enabled else []


def _remotes(settings: Settings, redactor: Redactor) -> list[Output]:
    if not settings.logs.network:
        return []
    from ccr.telemetry.logs.network import Remote

    pace, retries = settings.logs.pace, settings.logs.faults.retries
    return [Remote(one, lines=pace.lines, retries=retries, redact=redactor) for one in settings.logs.network]


def _files(settings: Settings, named: Path | None) -> list[Path]:
    """The server's log and the application's, or the one file that was named for both."""
    if named is not None:
        return [named.absolute()]
    logs, home = settings.logs, settings.path.parent
    folder = home / logs.folder
    application = home / logs.application if logs.application else folder / APPLICATION
    return [folder / f"ccr-{mark_start()}.log", application]


def mark_start() -> str:
    """The time in the name of the server's log. To be called before processes are made that share it."""
    return os.environ.setdefault(STARTED, time.strftime("%Y%m%d%H%M%S"))


def _written(
    files: list[Path], settings: Settings, redactor: Redactor, aside: Callable[[], None]
) -> list[Output]:
    """The files that can be written; a disk that cannot is said and does not stop the service."""
    takes = [_all] if len(files) == 1 else [_not_application, is_application]
    outputs: list[Output] = []
    for path, taken in zip(files, takes, strict=True):
        try:
            file = LogFile(path, settings.logs.rotation, aside)
        except OSError as error:
            sys.stderr.write(f"{NO_LOG_FILE}: {path}: {error.strerror}\n")
        else:
            outputs.append(File(file, settings.log_level, redactor, taken))
    if len(outputs) == 2 and settings.logs.legacy:
        _lead(settings.path.parent / LEGACY, files[1])
    return outputs


def _all(_: str) -> bool:
    return True


def _not_application(name: str) -> bool:
    return not is_application(name)


def _lead(link: Path, to: Path) -> None:
    """The old name leads to the application's log, where nothing else bears it."""
    with suppress(OSError, NotImplementedError):
        if link != to and (link.is_symlink() or not link.exists()):
            link.unlink(missing_ok=True)
            link.symlink_to(os.path.relpath(to, link.parent))
