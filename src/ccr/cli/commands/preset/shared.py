"""The presets that the commands are about: found, read, checked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccr.cli.terminal import USAGE, fail
from ccr.config import source

if TYPE_CHECKING:
    from ccr.config.problems import Problem


def config_path(config: str | None) -> Path:
    """The configuration meant; presets are beside it."""
    return source.locate(config, os.environ)


def folder(config: str | None) -> Path:
    """Where presets are."""
    return config_path(config).parent / "presets"


def user_config(config: str | None) -> dict[str, Any]:
    """The configuration with variables filled in; empty where it cannot be read."""
    from ccr.config.peek import peek

    return peek(path=config).raw


def found(name: str, config: str | None) -> Path:
    """A preset's manifest. Ends the command when there is none."""
    from ccr.config import installed
    from ccr.config.problems import did_you_mean

    if (path := installed.find(folder(config), name)) is None:
        known = installed.names(folder(config))
        there = f"There are: {', '.join(known)}." if known else "None is installed: `ccr preset install`."
        fail(f"There is no preset '{name}'. {did_you_mean(name, known, there)}", USAGE)
    return path


def manifest_of(path: Path) -> dict[str, Any]:
    """What is written there. Ends the command when it cannot be read."""
    from ccr.config.sharing.installing import manifest_in
    from ccr.config.sharing.limits import NotUsable

    try:
        return manifest_in(path.parent)
    except NotUsable as error:
        fail(f"{path.parent}: {error}", USAGE)


def mistakes(path: Path, config: str | None) -> tuple[Problem, ...]:
    """What keeps the router from using a preset."""
    from ccr.config import installed
    from ccr.config.loading import load
    from ccr.config.problems import ConfigError

    try:
        installed.load(path, load(config_path(config)))
    except ConfigError as error:
        return error.problems
    return ()


def how_to_use(name: str, config: str | None) -> str:
    """The command that runs Claude Code through a preset, true in any folder."""
    from ccr.cli.options import Options
    from ccr.cli.welcome import call

    return call(Options(config=str(config_path(config)) if config else None), name)


def is_command(name: str) -> bool:
    """Whether `ccr NAME` is a command, and so cannot run a preset."""
    from ccr.cli.table import COMMANDS

    return any(entry.name == name for entry in COMMANDS)
