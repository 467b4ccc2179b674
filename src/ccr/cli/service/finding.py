"""The state of things at a port: by the lock, the record and the health there; never by a pid alone."""

from __future__ import annotations

import enum
from typing import NamedTuple

from ccr.cli.service import health, locks, ports, records
from ccr.cli.service.health import Answer
from ccr.cli.service.home import Home
from ccr.cli.service.records import Record


class State(enum.Enum):
    FREE = "not running"
    RUNNING = "running"
    BUSY = "not answering"
    """Ours and alive, but it does not answer: it is starting, draining or stuck."""

    FOREIGN = "another router"
    """A router that was not started from this home folder."""

    TAKEN = "another program"


class Finding(NamedTuple):
    port: int
    state: State
    record: Record | None = None
    """Of our own service, when ``state`` is RUNNING or BUSY."""

    answer: Answer = Answer("closed")
    stale: Record | None = None
    """Of a service that died without a word; the record is gone now."""


def look(home: Home, host: str, port: int) -> Finding:
    """The state of a port. ``host`` is where to ask when no service of ours is there."""
    with locks.unheld(home.lock(port)) as free:
        record = records.read(home, port)
        if free and record is not None:
            records.remove(home, record)
    if not free:
        answer = health.ask(record.host if record else host, port)
        ours = record is not None and answer.instance == record.instance
        ours = ours and answer.health.get("status") != "draining"
        return Finding(port, State.RUNNING if ours else State.BUSY, record, answer)
    answer = health.ask(host, port)
    state = {"closed": State.FREE, "router": State.FOREIGN}.get(answer.kind, State.TAKEN)
    return Finding(port, state, answer=answer, stale=record)


def others(home: Home, port: int) -> list[int]:
    """The ports, besides this one, at which services of ours live."""
    return [other for other in records.ports(home) if other != port and locks.is_held(home.lock(other))]


def beside(home: Home, port: int) -> str:
    """The same as a sentence; "" when there are none."""
    seen = others(home, port)
    where = f"port {seen[0]}" if len(seen) == 1 else f"the ports {', '.join(map(str, seen))}"
    return (
        f"There {'is a service' if len(seen) == 1 else 'are services'} of yours on {where}." if seen else ""
    )


def select(home: Home, port: int) -> int:
    """The port meant by a command that was given none: the configured one, or else the only one in use."""
    found = [] if locks.is_held(home.lock(port)) else others(home, port)
    return found[0] if len(found) == 1 else port


def who(finding: Finding) -> str:
    """Who has the port, in words: of what is not our own service."""
    user = ports.another_user(finding.port)
    if finding.state is State.FOREIGN:
        pid, config = finding.answer.health.get("pid"), finding.answer.health.get("config")
        whose = f"of user {user}" if user else "started from another home folder"
        return f"a router {whose} (process {pid}, configuration {config})"
    name = f" that calls itself '{finding.answer.software}'" if finding.answer.software else ""
    return f"another program{name}" + (f" of user {user}" if user else "")
