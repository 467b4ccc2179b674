"""A preset from somewhere else, as a folder on this machine: a folder, a zip, a git repository."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from ccr.config.installed import FILE
from ccr.config.sharing.limits import MOST_BYTES, NotUsable, check, too_large

PATIENCE = 60.0
"""Seconds for a repository."""

PIECE = 1 << 16

_GIT = re.compile(r"(?:https?|ssh|git|file)://\S+|[\w.-]+@[\w.-]+:[^\s:]\S*")
_DRIVE = re.compile(r"[A-Za-z]:")
_USERINFO = re.compile(r"(?<=://)[^/@\s]+@")


class Fetched(NamedTuple):
    """A folder with a manifest. ``name`` is proposed; ``origin`` is for the manifest, without passwords."""

    folder: Path
    name: str
    origin: str


def is_git(source: str) -> bool:
    """Whether it is the address of a repository."""
    return _GIT.fullmatch(source) is not None


@contextmanager
def fetched(source: str, *, patience: float = PATIENCE) -> Iterator[Fetched]:
    """What ``source`` names, for as long as the context lasts. Raises ``NotUsable``, ``OSError``."""
    with tempfile.TemporaryDirectory(prefix="ccr-preset-") as scratch:
        place = Path(scratch) / "it"
        if is_git(source):
            cloned(source, place, patience)
            yield Fetched(root(place), _last(source), _USERINFO.sub("", source))
            return
        path = Path(source).expanduser()
        if path.is_dir():
            yield Fetched(root(path), path.resolve().name, str(path.resolve()))
        elif path.is_file() and zipfile.is_zipfile(path):
            with path.open("rb") as file:
                unpack(file, place)
            yield Fetched(root(place), path.stem, str(path.resolve()))
        else:
            raise NotUsable(_words(source, path))


def unpack_bytes(data: bytes, place: Path) -> Path:
    """The folder of a preset in a zip that was sent. Raises ``NotUsable``."""
    unpack(BytesIO(data), place)
    return root(place)


def unpack(file: IO[bytes], place: Path) -> None:
    """Unpacks a zip below ``place``: no path out of it, no links, no more than a preset may have.

    Raises ``NotUsable``.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            check(len(entries), sum(entry.file_size for entry in entries))
            left = MOST_BYTES
            for entry in entries:
                left -= _unpacked(archive, entry, _target(place, entry), left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, NotUsable):
            raise
        raise NotUsable(f"The zip cannot be unpacked: {error}.") from None


def cloned(url: str, place: Path, patience: float) -> None:
    """Clones a repository's newest commit. Asks nothing, runs nothing of it. Raises ``NotUsable``."""
    if (git := shutil.which("git")) is None:
        raise NotUsable("git is not installed here: fetch the preset yourself, and give its folder.")
    quiet = ["-c", "core.symlinks=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never"]
    clone = ["clone", "--quiet", "--depth=1", "--single-branch", "--no-tags", "--no-recurse-submodules"]
    try:
        done = subprocess.run(  # noqa: S603  # no shell, and nothing after -- is an option
            [git, *quiet, *clone, "--", url, str(place)],
            env=_unasking(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotUsable(f"The repository did not come within {patience:.0f} seconds.") from None
    if done.returncode:
        said = _USERINFO.sub("", done.stderr.decode(errors="replace")).strip().splitlines()
        raise NotUsable(f"git cannot fetch it: {said[-1][:300] if said else 'it says nothing'}")


def root(folder: Path) -> Path:
    """Where the manifest is: there, or in the only folder there. Raises ``NotUsable``."""
    if (folder / FILE).is_file() and not (folder / FILE).is_symlink():
        return folder
    inner = [path for path in _folders(folder) if (path / FILE).is_file()]
    if len(inner) == 1 and not (inner[0] / FILE).is_symlink():
        return inner[0]
    where = f"; {', '.join(path.name for path in inner)} have one" if inner else ""
    raise NotUsable(f"There is no {FILE} in it: it is no preset{where}.")


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())


def _target(place: Path, entry: zipfile.ZipInfo) -> Path:
    """Where an entry goes. Raises ``NotUsable`` for one that would not be below ``place``."""
    name = entry.filename
    parts = PurePosixPath(name).parts
    away = name.startswith("/") or ".." in parts or "\\" in name or "\0" in name or _DRIVE.match(name)
    if away or not parts or stat.S_ISLNK(entry.external_attr >> 16):
        raise NotUsable(f"The zip leads out of its folder ({name[:100]!r}): it is not unpacked.")
    return place.joinpath(*parts)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, most: int) -> int:
    """Bytes written: counted, because what a zip says of its sizes may be wrong."""
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(entry) as packed, target.open("wb") as out:
        while piece := packed.read(PIECE):
            size += len(piece)
            if size > most:
                raise too_large()
            out.write(piece)
    return size


def _unasking(env: Mapping[str, str]) -> dict[str, str]:
    """An environment in which git asks for no password."""
    ssh = env.get("GIT_SSH_COMMAND") or "ssh -oBatchMode=yes -oConnectTimeout=10"
    return {**env, "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "GIT_SSH_COMMAND": ssh}


def _last(source: str) -> str:
    """The last word of an address."""
    return re.split(r"[/:]", source.rstrip("/"))[-1].removesuffix(".git")


def _words(source: str, path: Path) -> str:
    if path.exists():
        return f"{path} is neither a folder nor a zip."
    if re.fullmatch(r"[\w.-]+/[\w.-]+", source):
        return f"There is no folder {path}. For a repository at GitHub write https://github.com/{source}"
    return f"There is no folder, zip or repository {source[:200]}."
