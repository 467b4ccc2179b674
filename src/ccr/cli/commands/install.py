"""`ccr install`: the original's name for `ccr preset install`."""

from __future__ import annotations

from ccr.cli.commands.preset.install import command

__all__ = ["command"]
