"""`ccr completion`."""

from __future__ import annotations

import os
import sys

import click

from ccr.cli.client import shells
from ccr.cli.terminal import OK, say

EPILOG = """\b
Examples:
  eval "$(ccr completion bash)"                            in ~/.bashrc
  eval "$(ccr completion zsh)"                             in ~/.zshrc, after compinit
  ccr completion fish | source                             in ~/.config/fish/config.fish
  ccr completion powershell | Out-String | Invoke-Expression

\b
Commands, options, presets, providers and models are offered, the latter as the configuration has them."""


@click.command("completion", epilog=EPILOG)
@click.argument("shell", type=click.Choice([*shells.SHELLS]), required=False)
def command(*, shell: str | None) -> int:
    """Print what makes a shell complete `ccr`; SHELL is yours ($SHELL) unless it is named."""
    from ccr.cli.completion.answering import source

    say(source(shell or shells.detect("", os.environ, sys.platform)).rstrip())
    return OK
