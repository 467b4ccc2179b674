"""What a service wrote down about itself: a small file for each port, written whole, for its user only."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ccr.cli.service.home import Home
from ccr.config.address import reachable


@dataclass(frozen=True, slots=True)
class Record:
    """A service that is starting, running or draining (or was: see ``finding``)."""

    pid: int
    host: str
    """What it binds."""

    port: int
    instance: str
    """Also told by ``GET /health``: who shows it is the service of this record."""

    config: str
    started: float
    """Seconds since 1970."""

    options: list[str] = field(default_factory=list)
    """The arguments of `ccr start` that start it again in the same way."""

    log: str | None = None
    demo: bool = False
    drain: float = 30.0
    """Seconds that its running answers get when it is to end."""

    auto: bool = False
    """Started for Claude Code: stops when its last user leaves."""

    @property
    def url(self) -> str:
        return url(self.host, self.port)


def url(host: str, port: int) -> str:
    """The base URL by which a service that binds ``host`` is called on this machine."""
    host = reachable(host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def write(home: Home, record: Record) -> None:
    """Keep the record, and the pid where the original keeps it."""
    replace(home.record(record.port), json.dumps(asdict(record), indent=2) + "\n")
    replace(home.pid_file, str(record.pid))


def read(home: Home, port: int) -> Record | None:
    """The record of a port; None when there is none that can be read."""
    try:
        found: dict[str, Any] = json.loads(home.record(port).read_text(encoding="utf-8"))
        return Record(**found)
    except (OSError, ValueError, TypeError):
        return None


def ports(home: Home) -> list[int]:
    """The ports that have a record, ascending."""
    return sorted(int(path.stem) for path in home.services.glob("*.json") if path.stem.isdigit())


def remove(home: Home, record: Record) -> None:
    """Forget the record, unless another service has written its own since."""
    if (found := read(home, record.port)) is not None and found.instance == record.instance:
        home.record(record.port).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        if home.pid_file.read_text(encoding="utf-8").strip() == str(record.pid):
            home.pid_file.unlink()


def replace(path: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its user only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)  # noqa: PTH105  # the name is a string already
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
