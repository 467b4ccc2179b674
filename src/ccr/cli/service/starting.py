"""Starts the service as a process of its own, and waits until it answers."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ccr.cli.options import Options, settled
from ccr.cli.service import health, records
from ccr.cli.service.home import Home
from ccr.cli.service.locks import STEP, Lock
from ccr.cli.service.records import Record
from ccr.cli.service.running import AUTO, INSTANCE
from ccr.cli.service.stopping import BEYOND
from ccr.cli.signals import held
from ccr.cli.terminal import FAILED, Failure, fail

PATIENCE = 30.0
"""Seconds that a service may take until it answers: a cold disk under Windows can be slow."""

NEW_GROUP, NO_WINDOW = 0x00000200, 0x08000000
"""Windows' CREATE_NEW_PROCESS_GROUP and CREATE_NO_WINDOW."""


def gate(home: Home, port: int, drain: float) -> Lock:
    """To be held while looking for a service, starting, joining or leaving it.

    Who has it may be waiting for a service to drain, for so many seconds, and then for another to start.
    """
    return Lock(home.gate(port), patience=drain + BEYOND + PATIENCE + BEYOND)


def start(home: Home, host: str, port: int, options: Options, *, auto: bool = False) -> Record:
    """Start a service in the background and wait until it answers. Gives its record.

    ``options`` are those of `ccr start`. Ends the command with the service's own words when it dies.
    """
    instance = secrets.token_hex(16)
    env = os.environ | {INSTANCE: instance, AUTO: "1" if auto else ""}
    output = home.output(port)
    child = None
    try:
        with held():  # else nobody would know of a child that has just begun
            child = launch(settled(options, os.environ).arguments(), env, output)
        _wait(child, host, port, instance, output)
    except (KeyboardInterrupt, SystemExit):
        if child is not None:
            child.terminate()
        raise
    if (record := records.read(home, port)) is None:
        fail("The service was started, and has been stopped again.")
    return record


def _wait(child: subprocess.Popen[bytes], host: str, port: int, instance: str, output: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while health.ask(host, port, timeout=1.0).instance != instance:
        if (code := child.poll()) is not None:
            raise Failure(f"The service did not start.\n{_said(output)}", code if code > 0 else FAILED)
        if time.monotonic() > deadline:
            fail(f"The service does not answer yet (process {child.pid}). See {output}, or `ccr stop` it.")
        time.sleep(STEP)


def launch(arguments: list[str], env: Mapping[str, str], output: Path) -> subprocess.Popen[bytes]:
    """`ccr start` with these arguments, cut loose from this terminal; what it prints goes to a file."""
    # -P: a folder named ccr where the user happens to be is not us.
    command = [sys.executable, "-P", "-m", "ccr", "start", *arguments]
    output.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        return subprocess.Popen(  # noqa: S603  # our own program, and no shell
            command, env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=file, **detached(sys.platform)
        )


def detached(platform: str) -> dict[str, Any]:
    """What makes a child of ``subprocess`` outlive this terminal."""
    if platform == "win32":
        return {"creationflags": NEW_GROUP | NO_WINDOW}
    return {"start_new_session": True}


def unlogged(output: Path) -> list[str]:
    """What the service said of a log file that it cannot write."""
    from ccr.telemetry.logs import NO_LOG_FILE

    lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if line.startswith(NO_LOG_FILE)]


def _said(output: Path) -> str:
    text = output.read_text(encoding="utf-8", errors="replace").strip()
    return text or f"It said nothing; see the log in {output.parent}."
