"""`ccr install` is `ccr preset install`."""

from __future__ import annotations

from ccr.cli.commands.install import command
from ccr.cli.commands.preset.install import command as original


def test_both_names_are_one_command() -> None:
    assert command is original
