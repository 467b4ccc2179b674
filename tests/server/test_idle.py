"""Connections that ask nothing are closed, and no others."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from ccr.server.idle import Idle


@dataclass
class Transport:
    closed: bool = False

    def close(self) -> None:
        self.closed = True


@dataclass(eq=False)
class Connection:
    cycle: Any = None
    timeout_keep_alive_task: Any = None
    transport: Transport = field(default_factory=Transport)


RUNNING = SimpleNamespace(response_complete=False)
ANSWERED = SimpleNamespace(response_complete=True)


def test_who_asks_nothing_for_long_is_closed_and_no_other() -> None:
    opened, head = Connection(), Connection(ANSWERED)
    asking, pausing = Connection(RUNNING), Connection(ANSWERED, timeout_keep_alive_task=object())
    all_of_them = {opened, head, asking, pausing}
    idle = Idle(all_of_them)
    idle.sweep()
    assert not any(each.transport.closed for each in all_of_them)
    all_of_them.add(new := Connection())
    idle.sweep()
    assert [each.transport.closed for each in (opened, head)] == [True, True]
    assert not any(each.transport.closed for each in (asking, pausing, new))


def test_who_has_asked_meanwhile_is_not_closed() -> None:
    slow = Connection()
    idle = Idle([slow])
    idle.sweep()
    slow.cycle = RUNNING
    idle.sweep()
    slow.cycle = ANSWERED
    idle.sweep()
    assert not slow.transport.closed
