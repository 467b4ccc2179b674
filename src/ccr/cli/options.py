"""The options of `ccr start` and its like, and the configuration they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ccr.cli.reading import Options, read
from ccr.cli.terminal import USAGE, fail, warn

if TYPE_CHECKING:
    from ccr.config import Settings

__all__ = ["PORT", "WORKERS", "Options", "load", "service_options", "settled"]

Callback = TypeVar("Callback", bound=Callable[..., Any])

PORT = click.IntRange(1, 65535)
WORKERS = click.IntRange(1, 256)


def service_options(callback: Callback) -> Callback:
    """The options that say how the service is to run."""
    for option in reversed(
        (
            click.option("--host", metavar="ADDRESS", help="Where to listen (127.0.0.1)."),
            click.option("--port", type=PORT, help="The port (3456)."),
            click.option(
                "--config", metavar="FILE", help="The configuration (~/.claude-code-router/config.json)."
            ),
            click.option("--log-file", metavar="FILE", help="Where to log (~/.claude-code-router/logs)."),
            click.option(
                "--workers", type=WORKERS, metavar="N", help="Processes that share the address (1)."
            ),
            click.option("--verbose", is_flag=True, help="Show every request in the terminal."),
        )
    ):
        callback = option(callback)
    return callback


def settled(options: Options, env: Mapping[str, str]) -> Options:
    """The options with what the environment decides: together they no longer depend on shell or folder."""
    config = options.config or env.get("CCR_CONFIG_PATH") or env.get("CONFIG_PATH") or None
    if not options.config and config and not Path(config).expanduser().exists():
        config = None  # named by the environment it may be missing, named by an option it may not
    return Options(
        host=options.host or env.get("CCR_HOST") or None,
        port=options.port or _number(env.get("CCR_PORT") or env.get("SERVICE_PORT")),
        config=_absolute(config),
        log_file=_absolute(options.log_file),
        verbose=options.verbose,
        workers=options.workers,
    )


def load(
    options: Options, *, quiet: bool = False, reader: Callable[[Options], Settings] | None = None
) -> Settings:
    """The configuration. Ends the command with every mistake in it, or when a file that was named is missing.

    ``quiet``: warnings have been shown before. ``reader``: does the work of ``read``.
    """
    from ccr.config import ConfigError

    try:
        settings = (reader or read)(options)
    except ConfigError as error:
        fail(str(error), USAGE)
    if options.config and not settings.found:
        fail(f"There is no configuration file {settings.path}.", USAGE)
    for warning in () if quiet else settings.warnings:
        warn(warning)
    return settings


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _absolute(path: str | None) -> str | None:
    return str(Path(path).expanduser().absolute()) if path else None
