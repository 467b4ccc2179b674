"""`ccr config path`."""

from __future__ import annotations

import click

from ccr.cli.commands.config.shared import config_option, path_of
from ccr.cli.terminal import note, say


@click.command("path")
@config_option
def command(*, config: str | None) -> None:
    """Print where the configuration is, or would be.

    It is the file that --config names, else the variable CCR_CONFIG_PATH, else CONFIG_PATH, else
    ~/.claude-code-router/config.json.

    \b
    Example:
      code "$(ccr config path)"
    """
    path = path_of(config)
    say(str(path))
    if not path.exists():
        note("It does not exist yet; `ccr config init` makes it.")
