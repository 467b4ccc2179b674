"""Where the files of the user's services are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ccr.config import source


class Home(NamedTuple):
    """The user's folder ``~/.claude-code-router``."""

    folder: Path

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Home:
        return cls(source.home(env) / source.DEFAULT.parent)

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def pid_file(self) -> Path:
        """The original's: the pid of the service that was started last."""
        return self.folder / ".claude-code-router.pid"

    @property
    def services(self) -> Path:
        """One record, one lock and one gate for each port, and the users of the service there."""
        return self.folder / "services"

    def record(self, port: int) -> Path:
        return self.services / f"{port}.json"

    def lock(self, port: int) -> Path:
        """Held by the service for as long as it lives."""
        return self.services / f"{port}.lock"

    def gate(self, port: int) -> Path:
        """Held while somebody starts, joins or leaves the service."""
        return self.services / f"{port}.gate"

    def users(self, port: int) -> Path:
        """Holds a lock for each Claude Code that uses the service."""
        return self.services / f"{port}.users"

    def output(self, port: int) -> Path:
        """What a service in the background prints: of its last start only."""
        return self.logs / f"service-{port}.out"
