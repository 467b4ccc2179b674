"""What the user decided about logs, settled: sizes in bytes, times in seconds, files as paths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

LEVELS = ("trace", "debug", "info", "warn", "error", "fatal")
"""From the most to the least talkative."""

FOLDER = "./logs"

Format = Literal["human", "json"]
Color = Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True)
class Rotation:
    """When a file is put aside, and for how long it is kept."""

    enabled: bool = True
    size: int = 100_000_000
    """Bytes."""

    seconds: float = 86_400.0
    """Files begin anew at each multiple of it, local time: those of a day at midnight."""

    compress: bool = True
    days: float = 7.0
    files: int = 9
    """Of each of the two logs, beside the one that is written."""


@dataclass(frozen=True, slots=True)
class Console:
    """What the terminal shows."""

    enabled: bool = True
    level: str | None = None
    """None: warnings, unless ``--verbose`` asks for all."""

    format: Format = "human"
    color: Color = "auto"


@dataclass(frozen=True, slots=True)
class Network:
    """Somebody else who gets the lines, as JSON: by TCP or UDP a line each, by HTTP a batch a request."""

    url: str = field(repr=False)
    level: str = "info"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Tracking:
    """What is told of requests."""

    enabled: bool = True
    bodies: bool = False
    body_bytes: int = 16_384
    """Of a body, redacted, as many are told at most."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How the writing thread works."""

    lines: int = 8_192
    """Lines that may wait; those beyond are counted and left out."""

    seconds: float = 0.2
    """A line waits that long at most."""

    stream_seconds: float = 3_600.0
    """A request that runs longer is shown as one that may be stuck."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What is kept of errors."""

    statistics: bool = True
    trend: bool = True
    history: int = 1_000
    retries: int = 3
    """How often a batch is sent again to a network output before it is given up."""


@dataclass(frozen=True, slots=True)
class Logs:
    """The section ``Logging``."""

    folder: Path = Path(FOLDER)
    """It and ``application`` are meant from the configuration's folder."""

    application: Path | None = None
    """``LOG_FILE``: where the application's log goes; None: ``app.log`` in the folder."""

    legacy: bool = True
    """``claude-code-router.log`` beside the configuration leads to the application's log."""

    rotation: Rotation = field(default_factory=Rotation)
    console: Console = field(default_factory=Console)
    network: tuple[Network, ...] = ()
    tracking: Tracking = field(default_factory=Tracking)
    pace: Pace = field(default_factory=Pace)
    faults: Faults = field(default_factory=Faults)


def folder_of(raw: Mapping[str, Any], config: Path, env: Mapping[str, str]) -> Path:
    """Where logs are by a configuration that may have mistakes. ``raw`` has its variables filled in."""
    section = raw.get("Logging")
    written = section.get("logDirectory") if isinstance(section, Mapping) else None
    named = env.get("LOG_DIRECTORY") or (written if isinstance(written, str) else "")
    return config.parent / Path(named or FOLDER).expanduser()


_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)i?b?", re.IGNORECASE)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)", re.IGNORECASE)
_BYTES = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}


def size(text: str) -> int:
    """Bytes of ``50M``, ``1.5 GB`` or a number. Raises ``ValueError``."""
    if not (found := _SIZE.fullmatch(text.strip())):
        raise ValueError('should be a size such as "50M" or "1G"')
    return int(float(found[1]) * _BYTES[found[2].lower()])


def span(text: str) -> float:
    """Seconds of ``10m``, ``12h`` or ``1d``. Raises ``ValueError``."""
    if not (found := _SPAN.fullmatch(text.strip())):
        raise ValueError('should be a time such as "30m", "12h" or "1d"')
    return float(found[1]) * _SECONDS[found[2].lower()]
