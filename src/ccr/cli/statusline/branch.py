"""The git branch of a folder, read from git's own files: to start git would take longer than all the rest."""

from __future__ import annotations

import os

LARGEST = 4_096
DEEPEST = 100
SHOWN = 7
"""Letters of a commit that is shown where no branch is checked out."""

_BRANCH = "ref: refs/heads/"
_NO_BRANCH = ".invalid"
"""What stands in HEAD where the references are in a table (gitrepository-layout, reftable)."""


def branch_of(folder: str) -> str:
    """The branch, the beginning of the commit where there is none, or ""."""
    for _ in range(DEEPEST):
        if git := _git(os.path.join(folder, ".git")):  # noqa: PTH118  # pathlib is slow to import
            return _shown(_head(os.path.join(git, "HEAD")))  # noqa: PTH118
        folder, before = os.path.dirname(folder), folder  # noqa: PTH120
        if folder == before:
            break
    return ""


def _git(path: str) -> str:
    """The folder of git: a worktree or a submodule has a file that says where it is."""
    if os.path.isdir(path):  # noqa: PTH112
        return path
    kind, _, where = _line(path).partition(": ")
    if kind != "gitdir":
        return ""
    return os.path.join(os.path.dirname(path), where)  # noqa: PTH118, PTH120


def _head(path: str) -> str:
    """A HEAD of old was a symbolic link."""
    try:
        return f"ref: {os.readlink(path)}"  # noqa: PTH115
    except (OSError, ValueError):
        return _line(path)


def _shown(head: str) -> str:
    if head.startswith(_BRANCH):
        name = head.removeprefix(_BRANCH)
        return "" if name == _NO_BRANCH else name
    return head[:SHOWN] if len(head) >= 40 and head.isalnum() else ""


def _line(path: str) -> str:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(LARGEST).decode("utf-8", "replace").partition("\n")[0].strip()
    except (OSError, ValueError):
        return ""
