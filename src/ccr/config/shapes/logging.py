"""The section ``Logging`` as it may be written, and the ``LOG_*`` variables that win over it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt

from ccr.config import checks, logs
from ccr.config.problems import Problem
from ccr.config.validation import validate
from ccr.config.variables import child

SCHEMES = ("tcp", "udp", "http", "https")


def level(value: Any) -> Any:
    """The level's name in lower case; ``warning`` is another word for ``warn``."""
    value = value.lower() if isinstance(value, str) else value
    return "warn" if value == "warning" else value


LogLevel = Annotated[Literal["fatal", "error", "warn", "info", "debug", "trace"], BeforeValidator(level)]


def _size(value: Any) -> Any:
    found = logs.size(value) if isinstance(value, str) else value
    if isinstance(found, int) and found < SMALLEST:
        raise ValueError(f"should be {SMALLEST} bytes or more")
    return found


def _span(value: Any) -> Any:
    found = logs.span(value) if isinstance(value, str) and not value.isdecimal() else value
    if isinstance(found, float) and found < 60:
        raise ValueError('should be a minute or more, such as "1d"')
    return found


SMALLEST = 1_000
Size = Annotated[int, BeforeValidator(_size)]
Span = Annotated[float, Field(ge=60), BeforeValidator(_span)]
Positive = Annotated[float, Field(gt=0)]


class _Open(BaseModel):
    """An object whose unknown keys are kept."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Console(_Open):
    enabled: bool = True
    level: LogLevel | None = None
    format: logs.Format = "human"
    color: logs.Color = "auto"


def _console(value: Any) -> Any:
    """``true`` shows what the files get, ``json`` or ``human`` says how."""
    if isinstance(value, str) and value.lower() in ("json", "human"):
        return {"format": value.lower()}
    if isinstance(value, bool) or (isinstance(value, str) and value.lower() in ("true", "false")):
        return {"enabled": value}
    return value


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ValueError('should be an address such as "tcp://127.0.0.1:5170", "udp://…" or "https://…"')
    if parts.scheme in ("tcp", "udp") and port is None:
        raise ValueError(f'needs a port, such as "{parts.scheme}://{parts.hostname}:5170"')
    return url


class Network(_Open):
    url: Annotated[str, AfterValidator(_address)] = Field(repr=False)
    level: LogLevel | None = None
    headers: dict[str, str] = Field({}, repr=False)
    enabled: bool = True


def _networks(value: Any) -> Any:
    entries = value if isinstance(value, list) else [value]
    return [{"url": entry} if isinstance(entry, str) else entry for entry in entries]


class RequestTracking(_Open):
    enabled: bool = True
    includeDetails: bool = False  # noqa: N815 - the file's own spelling
    maxBodySize: Size = 16_384  # noqa: N815


class Performance(_Open):
    bufferSize: PositiveInt = 8_192  # noqa: N815
    flushInterval: Annotated[int, Field(ge=10)] = 200  # noqa: N815
    maxSessionAge: PositiveInt = 3_600_000  # noqa: N815


class ErrorHandling(_Open):
    enableStatistics: bool = True  # noqa: N815
    enableTrendAnalysis: bool = True  # noqa: N815
    maxHistorySize: PositiveInt = 1_000  # noqa: N815
    maxRetries: Annotated[int, Field(ge=0)] = 3  # noqa: N815


class Section(_Open):
    """``Logging``."""

    level: LogLevel | None = None
    enableFileRotation: bool = True  # noqa: N815
    retentionDays: Positive = 7  # noqa: N815
    maxFiles: PositiveInt = 9  # noqa: N815
    logDirectory: Annotated[str, Field(min_length=1)] = logs.FOLDER  # noqa: N815
    enableBackwardCompatibility: bool = True  # noqa: N815
    maxFileSize: Size = 100_000_000  # noqa: N815
    rotationInterval: Span = 86_400  # noqa: N815
    compressLogs: bool = True  # noqa: N815
    consoleOutput: Annotated[Console | None, BeforeValidator(_console)] = None  # noqa: N815
    network: Annotated[list[Network], BeforeValidator(_networks)] = Field(
        [], validation_alias=AliasChoices("networkOutput", "network", "networkOutputs")
    )
    requestTracking: RequestTracking = RequestTracking()  # noqa: N815
    performance: Performance = Performance()
    errorHandling: ErrorHandling = ErrorHandling()  # noqa: N815


NESTED: tuple[tuple[str, type[BaseModel]], ...] = (
    ("consoleOutput", Console),
    ("requestTracking", RequestTracking),
    ("performance", Performance),
    ("errorHandling", ErrorHandling),
)

VARIABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "LOG_LEVEL": ("level",),
        "LOG_ENABLE_FILE_ROTATION": ("enableFileRotation",),
        "LOG_RETENTION_DAYS": ("retentionDays",),
        "LOG_MAX_FILES": ("maxFiles",),
        "LOG_DIRECTORY": ("logDirectory",),
        "LOG_ENABLE_BACKWARD_COMPATIBILITY": ("enableBackwardCompatibility",),
        "LOG_MAX_FILE_SIZE": ("maxFileSize",),
        "LOG_ROTATION_INTERVAL": ("rotationInterval",),
        "LOG_COMPRESS_LOGS": ("compressLogs",),
        "LOG_CONSOLE_OUTPUT": ("consoleOutput",),
        "LOG_NETWORK_OUTPUT": ("networkOutput",),
        "LOG_REQUEST_TRACKING_ENABLED": ("requestTracking", "enabled"),
        "LOG_REQUEST_TRACKING_INCLUDE_DETAILS": ("requestTracking", "includeDetails"),
        "LOG_PERFORMANCE_BUFFER_SIZE": ("performance", "bufferSize"),
        "LOG_PERFORMANCE_FLUSH_INTERVAL": ("performance", "flushInterval"),
        "LOG_PERFORMANCE_MAX_SESSION_AGE": ("performance", "maxSessionAge"),
        "LOG_ERROR_HANDLING_ENABLE_STATISTICS": ("errorHandling", "enableStatistics"),
        "LOG_ERROR_HANDLING_ENABLE_TREND_ANALYSIS": ("errorHandling", "enableTrendAnalysis"),
        "LOG_ERROR_HANDLING_MAX_HISTORY_SIZE": ("errorHandling", "maxHistorySize"),
        "LOG_ERROR_HANDLING_MAX_RETRIES": ("errorHandling", "maxRetries"),
    }
)


def without_nulls(value: Any) -> Any:
    """An object, and those in it, without keys that say nothing."""
    if not isinstance(value, Mapping):
        return value
    return {key: without_nulls(item) for key, item in value.items() if item not in ("", None)}


def overridden(written: Any, env: Mapping[str, str]) -> tuple[Any, list[Problem]]:
    """The section with what the environment says instead, and warnings.

    The variables' names are no one's own: one that means another program must not keep us from starting.
    """
    if not isinstance(written, Mapping | None):
        return written, []
    section, warnings = dict(written or {}), []
    for name in VARIABLES:
        if not (value := env.get(name)):
            continue
        wrong = validate(Section, _placed({}, VARIABLES[name], value), "")[1]
        if wrong:
            warnings.append(Problem(name, f"{wrong[0].message} The variable is not used."))
        else:
            section = _placed(section, VARIABLES[name], value)
    return section, warnings


def _placed(section: Mapping[str, Any], path: tuple[str, ...], value: str) -> dict[str, Any]:
    head, *rest = path
    inner = section.get(head)
    nested = inner if isinstance(inner, Mapping) else {}
    return {**section, head: _placed(nested, tuple(rest), value) if rest else value}


def slips(written: Any) -> list[Problem]:
    """A warning for each key that is nearly a known one."""
    if not isinstance(written, Mapping):
        return []
    found = checks.misspelt(written, Section, "Logging")
    for name, model in NESTED:
        if isinstance(inner := written.get(name), Mapping):
            found += checks.misspelt(inner, model, child("Logging", name))
    return found


def settled(section: Section, level: str, application: str | None = None) -> logs.Logs:
    """The section as it is used. ``level`` is that of all outputs, ``application`` the ``LOG_FILE``."""
    return logs.Logs(
        folder=Path(section.logDirectory).expanduser(),
        application=Path(application).expanduser() if application else None,
        legacy=section.enableBackwardCompatibility,
        rotation=_rotation(section),
        console=_shown(section.consoleOutput, level),
        network=tuple(
            logs.Network(one.url, one.level or level, MappingProxyType(one.headers))
            for one in section.network
            if one.enabled
        ),
        tracking=_tracking(section.requestTracking),
        pace=_pace(section.performance),
        faults=_faults(section.errorHandling),
    )


def _rotation(section: Section) -> logs.Rotation:
    return logs.Rotation(
        enabled=section.enableFileRotation,
        size=section.maxFileSize,
        seconds=section.rotationInterval,
        compress=section.compressLogs,
        days=section.retentionDays,
        files=section.maxFiles,
    )


def _shown(console: Console | None, level: str) -> logs.Console:
    """Asked for, the terminal shows what the files get; else warnings only."""
    if console is None:
        return logs.Console()
    return logs.Console(console.enabled, console.level or level, console.format, console.color)


def _tracking(told: RequestTracking) -> logs.Tracking:
    return logs.Tracking(told.enabled, told.enabled and told.includeDetails, told.maxBodySize)


def _pace(told: Performance) -> logs.Pace:
    return logs.Pace(told.bufferSize, told.flushInterval / 1000, told.maxSessionAge / 1000)


def _faults(told: ErrorHandling) -> logs.Faults:
    return logs.Faults(told.enableStatistics, told.enableTrendAnalysis, told.maxHistorySize, told.maxRetries)
