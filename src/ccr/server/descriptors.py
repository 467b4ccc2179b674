"""File descriptors: each connection is one, and systems give few of them unless asked."""

from __future__ import annotations

import contextlib
import sys

MOST = 1 << 20
"""More are of no use, and systems that name no limit mean more than can be asked for."""

OURS = 200
"""Files, libraries, idle connections: what is not a request's."""

EACH = 2
"""Of a request: the client's connection and the provider's."""


def raise_limit() -> None:
    """Asks for as many as the system allows."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    for wanted in (most, 10_240):  # macOS names no limit but gives no more than its OPEN_MAX
        with contextlib.suppress(ValueError, OSError):
            if limit() < wanted <= most:
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
                return


def limit() -> int:
    """How many this process may have."""
    if sys.platform == "win32":
        return MOST
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else soft


def within(requests: int) -> int:
    """So many requests, or as many as there are descriptors for."""
    return max(1, min(requests, (limit() - OURS) // EACH))
