"""`ccr <preset> …`: Claude Code through a preset."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccr.cli import options as opts
from ccr.cli.client.launch import Preset, launch
from ccr.cli.commands.code import Verbatim
from ccr.cli.options import Options
from ccr.cli.terminal import USAGE, fail

if TYPE_CHECKING:
    from ccr.config import Settings
    from ccr.config.provider import Provider


def command(name: str) -> click.Command | None:
    """The command that runs a preset, if there is one of that name."""
    from ccr.config import installed, source

    path = installed.find(source.locate(None, os.environ).parent / "presets", name)
    if path is None:
        return None

    def run(*, arguments: list[str]) -> int:
        return _run(name, path, arguments)

    return Verbatim(name, callback=run, add_help_option=False)


def _run(name: str, path: Path, arguments: list[str]) -> int:
    from ccr.config import ConfigError, installed

    settings = opts.load(Options(), quiet=True)
    try:
        own = installed.load(path, settings)
    except ConfigError as error:
        fail(f"{error}\n`ccr preset install {name}` asks its questions anew.", USAGE)
    return launch(settings, arguments, Preset(name, own, straight(settings, own)))


def straight(settings: Settings, own: Settings) -> Provider | None:
    """The provider of a preset with ``noServer``: the one it names, else its first.

    Ends the command when that one does not speak Anthropic's language.
    """
    if own.raw.get("noServer") is not True:
        return None
    named = own.raw.get("provider")
    found = (settings.provider(named) or own.provider(named)) if isinstance(named, str) else None
    found = found or next(iter(own.providers), None)
    if found is None or found.protocol != "anthropic":
        who = f"{found.name} speaks {found.protocol}" if found else "there is no provider"
        fail(f"noServer passes the router by, but {who}: only Anthropic's language needs none.", USAGE)
    return found
