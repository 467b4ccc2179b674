"""Where the service is, without checking everything: for `ccr status`, `ccr stop`, `ccr statusline`.

Imports neither the validator nor the JSON5 parser (unless the file needs it). Same rules as ``load``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ccr.config import source
from ccr.config.address import bound_host
from ccr.config.problems import ConfigError

PORT = 3456
HOST = "127.0.0.1"


class Peek(NamedTuple):
    """The least that must be known to talk to the service. ``raw`` is the file with variables filled in."""

    path: Path
    found: bool
    host: str
    """The host it binds, which is not always one that can be called: see ``address.reachable``."""

    port: int
    apikey: str | None
    raw: dict[str, Any]
    error: ConfigError | None = None
    """Why the file could not be read."""


def peek(env: Mapping[str, str] | None = None, path: str | os.PathLike[str] | None = None) -> Peek:
    """What the file says, or the defaults where it is missing, broken or says nonsense. Never raises."""
    env = os.environ if env is None else env
    found, error = _read(source.locate(path, env), env)
    apikey = text_of(found.raw.get("APIKEY"))
    host = text_of(host_of(found)) or HOST
    port = _port(port_of(found))
    return Peek(found.path, found.found, bound_host(host, apikey), port, apikey, found.raw, error)


def host_of(found: source.Source) -> Any:
    """``HOST`` as given: ``CCR_HOST`` wins over the file."""
    return found.env.get("CCR_HOST") or found.raw.get("HOST")


def port_of(found: source.Source) -> Any:
    """``PORT`` as given: ``CCR_PORT``, then ``SERVICE_PORT``, win over the file."""
    return found.env.get("CCR_PORT") or found.env.get("SERVICE_PORT") or found.raw.get("PORT")


def text_of(value: Any) -> str | None:
    """A text that is not empty, else None."""
    return value if isinstance(value, str) and value else None


def _read(path: Path, env: Mapping[str, str]) -> tuple[source.Source, ConfigError | None]:
    try:
        return source.read(path, env), None
    except ConfigError as error:
        return source.Source(path, found=True, written={}, raw={}, unset=(), env=env), error


def _port(value: Any) -> int:
    try:
        port = int(value)
    except (TypeError, ValueError):
        return PORT
    return port if 0 < port < 65536 else PORT
