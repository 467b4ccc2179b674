"""The service for one run of Claude Code: there when it starts, gone when the last that needs it has left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ccr.cli.options import Options
from ccr.cli.service import binding, ports, records, starting, stopping, users
from ccr.cli.service.finding import Finding, State, look, who
from ccr.cli.service.home import Home
from ccr.cli.service.locks import STEP, Lock
from ccr.cli.signals import held
from ccr.cli.terminal import fail, note

if TYPE_CHECKING:
    from ccr.config import Settings


class Session(NamedTuple):
    """What Claude Code gets."""

    url: str
    demo: bool
    """The demo provider answers, whatever the configuration says."""

    file: Path
    """For its settings; for this user only, removed at the end, or after a crash by whoever comes next."""


@contextmanager
def session(home: Home, settings: Settings, options: Options) -> Iterator[Session]:
    """Gives a running service. One that was started for Claude Code is stopped by its last user."""
    port, membership = settings.port, None
    gate = starting.gate(home, port, settings.process.drain)
    try:
        with gate:
            with held():
                membership = users.join(home, port)
            url, demo = _ensure(home, settings, options)
        yield Session(url, demo, membership.path)
    finally:
        if membership is not None:
            with held(), gate:
                _leave(home, port, membership)


def _leave(home: Home, port: int, membership: Lock) -> None:
    last = users.leave(home, port, membership)
    record = records.read(home, port)
    if last and record is not None and record.auto:
        stopping.ask_to_stop(home, record)


def _ensure(home: Home, settings: Settings, options: Options) -> tuple[str, bool]:
    finding = _settled(home, settings)
    if finding.state is State.FREE:
        record = starting.start(home, settings.host, settings.port, options, auto=True)
        return record.url, record.demo
    if finding.state is State.FOREIGN and ports.another_user(settings.port) is None:
        note(f"ccr: using {who(finding)}.")
        return records.url(settings.host, settings.port), not settings.providers
    if finding.state is not State.RUNNING or finding.record is None:
        fail(binding.occupied(finding))
    if finding.record.config != str(settings.path):
        note(f"ccr: the running service uses the configuration {finding.record.config}, not {settings.path}.")
    return finding.record.url, finding.record.demo


def _settled(home: Home, settings: Settings) -> Finding:
    """The state of the port; a service that is just starting or stopping is waited for."""
    deadline = time.monotonic() + settings.process.drain + stopping.BEYOND
    while (finding := look(home, settings.host, settings.port)).state is State.BUSY:
        if time.monotonic() > deadline:
            fail(binding.occupied(finding))
        time.sleep(STEP)
    return finding
