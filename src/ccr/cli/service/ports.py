"""Which user has a port, where the system tells."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LISTEN = "0A"


def owner(port: int) -> int | None:
    """The user id of whoever listens on a port of this machine; None where that is not known (not Linux)."""
    wanted = f":{port:04X}"
    for fields in _sockets():
        if fields[1].endswith(wanted) and fields[3] == LISTEN:
            return int(fields[7])
    return None


def another_user(port: int) -> str | None:
    """The name of the user that has the port, if it is known not to be ours."""
    found = owner(port)
    if found is None or found == os.getuid():
        return None
    import pwd

    try:
        return pwd.getpwuid(found).pw_name
    except KeyError:
        return f"number {found}"


def _sockets() -> Iterator[list[str]]:
    for table in TABLES:
        try:
            lines = table.read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        yield from (line.split() for line in lines)
