"""Writing a file whole or not at all, for its owner only."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

PRIVATE = 0o600
"""The mode of what may hold keys."""


def write(path: Path, text: str) -> None:
    """Replaces the file, or what a symbolic link leads to; owner and group stay, all others lose access.

    Raises ``OSError``; the old file is then as it was.
    """
    target = path.resolve()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _like(target, Path(name))
        os.replace(name, target)  # noqa: PTH105 - the name is a string already
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _settle(target.parent)


def _like(old: Path, new: Path) -> None:
    """Gives the new file mode, owner and group of the one it replaces, as far as the system lets us."""
    with contextlib.suppress(OSError):
        found = old.stat()
        new.chmod(PRIVATE | stat.S_IMODE(found.st_mode) & 0o770)
        if hasattr(os, "chown"):
            os.chown(new, found.st_uid, found.st_gid)


def _settle(folder: Path) -> None:
    """The name in the folder reaches the disk, too, where the system can be asked for that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
