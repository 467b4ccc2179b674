"""What is to run, and how a system's manager of services is told."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ccr.cli.options import Options, settled
from ccr.cli.service.home import Home

NAME = "claude-code-router"
DESCRIPTION = "Claude Code Router: lets Claude Code talk to any model provider"

CARRIED = ("PATH", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "CCR_DATABASE_URL")
"""Variables of the shell that the service gets, too. No keys: the file is no place for them."""


class Definition(NamedTuple):
    """The service of one port."""

    name: str
    words: Sequence[str]
    """Program and arguments, true in any folder."""

    env: Mapping[str, str]
    output: Path
    """What it prints."""


class Plan(NamedTuple):
    """What is to be done with one manager. Commands are lists of arguments."""

    file: Path
    content: bytes
    install: Sequence[Sequence[str]]
    uninstall: Sequence[Sequence[str]]
    """The file is removed after the first of them."""

    state: Sequence[str]
    """Ends with 0 where the manager knows the service; prints how it is."""

    hint: str = ""
    """What the user may want to do besides."""


def defined(options: Options, port: int, env: Mapping[str, str]) -> Definition:
    """The service that `ccr start` with these options would be."""
    options = settled(options, env)
    words = [sys.executable, "-P", "-m", "ccr", "start", *options.arguments()]
    carried = {name: env[name] for name in CARRIED if env.get(name) and "@" not in env[name]}
    if env.get("HOME") and sys.platform != "win32":
        carried["HOME"] = env["HOME"]
    return Definition(name_of(options.port), words, carried, Home.of(env).output(port))


def name_of(port: int | None) -> str:
    """Under what the manager knows it: a service on a port of its own has a name of its own."""
    return f"{NAME}-{port}" if port is not None else NAME


def missing(path: Path, env: Mapping[str, str]) -> list[str]:
    """Variables that the configuration uses and this shell has, but what the system starts has not."""
    from ccr.config import source

    found = source.read(path, {name: env[name] for name in (*CARRIED, "HOME") if name in env})
    return sorted({unset.name for unset in found.unset if env.get(unset.name)})
