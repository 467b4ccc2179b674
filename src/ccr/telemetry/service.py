"""Everything that counts, in one process: the meter, and all who take what it makes."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ccr.config.settings import Settings
from ccr.errors import RouterError
from ccr.exchange import Exchange, Plan
from ccr.telemetry.account import Books
from ccr.telemetry.meter import Meter, Sink, Watch
from ccr.telemetry.prices import Prices
from ccr.telemetry.projects import Projects
from ccr.telemetry.redact import Redactor
from ccr.telemetry.snapshots import figures
from ccr.telemetry.speed import Speeds, folder

log = logging.getLogger("ccr.telemetry")

EXPORTED = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""Either of these says that OpenTelemetry is wanted."""


class Telemetry:
    """One of a process, whatever its configuration becomes. ``start`` it and ``close`` it."""

    def __init__(self, settings: Settings, sinks: Sequence[Sink] = ()) -> None:
        """``sinks``: those that others own, such as the ledger; they get batches first."""
        self.figures = figures(settings.path.parent)
        self.speeds = Speeds(folder())
        self.projects = Projects()
        self.meter = Meter([*sinks, self.figures.metrics, self.speeds, *_exported(os.environ)])

    def start(self) -> None:
        """Begins to take what is noted."""
        self.meter.start()
        self.figures.start()

    def watch(
        self,
        settings: Settings,
        prices: Prices,
        trace: Callable[[Plan], dict[str, Any]],
        kind: Callable[[Exchange], str] = lambda _: "",
    ) -> Watch:
        """The watcher of a gateway. ``trace`` and ``kind`` are routing's: how it went, what it was for."""
        redact = Redactor.of(settings)
        return self.meter.watch(Books(settings, prices, trace, kind, self.projects.of, redact, redact.name))

    def refused(self, error: RouterError, id: str) -> None:
        """A request failed before it was routed."""
        self.meter.refused(error, id)

    def close(self) -> None:
        """Takes what is left."""
        self.meter.close()
        self.figures.close()


def _exported(env: Mapping[str, str]) -> list[Sink]:
    """OpenTelemetry, where it is asked for and there."""
    wanted = any(env.get(name) for name in EXPORTED)
    if not wanted or env.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return []
    try:
        from ccr.telemetry.tracing import exporting
    except ImportError:
        log.warning(
            "OpenTelemetry is asked for by its variables, but is not there: pip install 'ccrouter[otel]'"
        )
        return []
    return [exporting()]
