"""Connections that ask nothing, or never come to the end of their question's head: they are closed.

uvicorn bounds the pause between two requests, and nothing before a head is whole. Each connection takes a
descriptor, so whoever opens many and leaves them would keep everybody else out.
"""

from __future__ import annotations

import typing
from collections.abc import Collection

WAIT = 30
"""Seconds between two looks: who asks nothing at both is closed."""


class Connection(typing.Protocol):
    """What uvicorn's protocols have, whichever parser they use."""

    cycle: typing.Any
    """The last request; None: there was none yet."""

    timeout_keep_alive_task: typing.Any
    """What bounds the pause after an answer; None: it is not such a pause."""

    transport: typing.Any


class Idle:
    """Mutable state: who asked nothing when it was looked last. Requests pay nothing for it."""

    def __init__(self, connections: Collection[typing.Any]) -> None:
        self._connections: Collection[Connection] = connections
        self._before: set[Connection] = set()

    def sweep(self) -> None:
        """To be called each ``WAIT`` seconds."""
        silent = set(filter(asks_nothing, self._connections))
        for each in silent & self._before:
            each.transport.close()
        self._before = silent - self._before


def asks_nothing(connection: Connection) -> bool:
    """Whether it has opened, or has begun a head, and no more."""
    if connection.timeout_keep_alive_task is not None:
        return False
    return connection.cycle is None or connection.cycle.response_complete
