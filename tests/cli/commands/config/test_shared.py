"""What cannot be written is told by its name, and with the cure."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from ccr.cli.commands.config.shared import not_written

PATH = Path("/home/me/.claude-code-router/config.json")


@pytest.mark.parametrize(
    ("number", "name", "told"),
    [
        (errno.EACCES, None, f"{PATH} cannot be written: Permission denied. Let yourself write there"),
        (errno.EACCES, PATH.with_name(".config.json.a1b2c3d4"), f"because of {PATH.parent}: Permission"),
        (errno.EACCES, PATH.with_name("..env.a1b2c3d4"), f"because of {PATH.parent}: Permission"),
        (errno.EACCES, PATH.with_name(".backups"), f"because of {PATH.with_name('.backups')}: Permission"),
        (errno.ENOSPC, PATH, f"{PATH} cannot be written: No space left on device."),
        (errno.ENOTDIR, PATH.parent, "Not a directory. It is no folder: move it away."),
    ],
)
def test_the_cause_and_the_cure_are_told(number: int, name: Path | None, told: str) -> None:
    error = OSError(number, os.strerror(number), None if name is None else str(name))
    assert told in not_written(PATH, error)
