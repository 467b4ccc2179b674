"""What all checks start from: found once, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ccr.cli.service import finding as services
from ccr.cli.service.finding import Finding as Service
from ccr.cli.service.finding import State
from ccr.cli.service.home import Home
from ccr.cli.service.records import url
from ccr.config.loading import Report
from ccr.config.peek import peek
from ccr.config.problems import ConfigError

if TYPE_CHECKING:
    from ccr.config.settings import Settings


@dataclass(frozen=True)
class World:
    """``settings`` is None when the configuration has mistakes; without providers those of the demo count."""

    env: Mapping[str, str]
    home: Home
    path: Path
    found: bool
    report: Report
    service: Service
    address: str
    """The base URL at which the service is, or would be."""

    folder: Path
    """The user's project: where the command was called."""

    @property
    def settings(self) -> Settings | None:
        return self.report.settings

    @property
    def runs(self) -> bool:
        return self.service.state is State.RUNNING


def look(env: Mapping[str, str], config: str | None) -> World:
    """The world as it is now."""
    from ccr.config.saving import document
    from ccr.server.examine import examine

    basics = peek(env, config)
    try:
        report = examine(document.read(basics.path), env)
    except ConfigError as error:
        report = Report(None, error.problems, ())
    home = Home.of(env)
    port = basics.port if config else services.select(home, basics.port)
    service = services.look(home, basics.host, port)
    host = service.record.host if service.record else basics.host
    return World(env, home, basics.path, basics.found, report, service, url(host, port), Path.cwd())
