"""Disk and permissions of our own folder."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from ccr.cli.doctor.findings import Finding, failure, ok, warning
from ccr.cli.doctor.world import World

TIGHT, FULL = 1 << 30, 100 << 20
"""Bytes that are few, and too few."""


def check(world: World) -> list[Finding]:
    return [_disk(world.home.folder), _writable(world.home.folder), *_private(world)]


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(_there(folder)).free
    said = f"{free / (1 << 30):.1f} GB free for {folder}."
    if free < FULL:
        return failure("disk", said, "Make room: nothing can be logged or saved.")
    if free < TIGHT:
        return warning("disk", said, "Make room soon; Logging and Ledger.retentionDays say how much is kept.")
    return ok("disk", said)


def _writable(folder: Path) -> Finding:
    there = _there(folder)
    if not os.access(there, os.W_OK | os.X_OK) or not there.is_dir():
        return failure(
            "folder", f"{there} cannot be written.", f"chown -R $USER {folder}, or let HOME name another."
        )
    return ok("folder", f"{folder} can be written." if folder.exists() else f"{folder} will be made.")


def _private(world: World) -> Iterator[Finding]:
    """Files that may hold keys and that others can read."""
    if os.name == "nt":
        return
    folder = world.path.parent
    for path in (world.path, world.path.with_name(".env"), *folder.glob("presets/*/manifest.json")):
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            continue
        if mode & 0o077:
            yield warning(str(path), f"others can read it (mode {mode:03o}).", f"chmod 600 {path}")


def _there(folder: Path) -> Path:
    """The folder, or what there is of the way to it."""
    return next(path for path in (folder, *folder.parents) if path.exists())
