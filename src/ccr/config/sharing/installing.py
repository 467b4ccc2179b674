"""Presets in ``presets/``: put there whole or not at all, told about, their answers kept, taken away."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ccr.config import installed, source
from ccr.config.manifest import DYNAMIC, METADATA
from ccr.config.problems import ConfigError
from ccr.config.saving import edit, files
from ccr.config.saving.secrets import mask
from ccr.config.saving.spotting import DOTS
from ccr.config.sharing import limits
from ccr.config.sharing.limits import LARGEST_MANIFEST, NotUsable, checked_name
from ccr.config.sharing.questions import secret_ids

PLAIN = frozenset({".json", ".json5", ".md", ".txt", ".rst", ".png", ".jpg", ".jpeg", ".gif", ".svg"})
NAMES = frozenset({"LICENSE", "NOTICE", "README", ".gitignore", ".gitattributes"})
"""Files that are read or looked at; any other may run when the preset is used."""


class Taken(ValueError):
    """There is a preset of that name already."""


def manifest_in(folder: Path) -> dict[str, Any]:
    """The manifest as it is written. Raises ``NotUsable`` with what is wrong with it."""
    path = folder / installed.FILE
    if path.stat().st_size > LARGEST_MANIFEST:
        raise NotUsable(f"Its {installed.FILE} is larger than {LARGEST_MANIFEST >> 20} MB.")
    try:
        return source.parsed(source.text(source.data(path), path), path)
    except ConfigError as error:
        raise NotUsable(f"Its {installed.FILE} cannot be read: {error.problems[0].message}") from None


def code_in(folder: Path) -> list[str]:
    """Files of a preset that may run when it is used. Raises ``NotUsable``, as ``limits.files`` does."""
    return [path.as_posix() for path in limits.files(folder) if not _is_plain(path)]


def changes_client(value: object) -> bool:
    """Whether a manifest, or answers to it, may change settings of Claude Code: hooks in them are commands.

    The key must stand there literally: neither keys nor targets are filled in.
    """
    return "claudeCodeSettings" in json.dumps(value)


def put(presets: Path, name: str, manifest: Mapping[str, Any], folder: Path | None, *, over: bool) -> Path:
    """Installs a preset: the manifest, and the other files of ``folder``. Gives the manifest's path.

    Raises ``NotUsable``, ``Taken`` when there is one and ``over`` does not say to replace it, ``OSError``.
    """
    target = presets / checked_name(name)
    if target.exists() and not over:
        raise Taken(f"There is a preset '{name}' already.")
    presets.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=presets, prefix=".preset-") as scratch:
        made = Path(scratch) / "new"
        _copy(folder, made)
        _write(made / installed.FILE, manifest)
        if target.exists() or target.is_symlink():
            target.rename(Path(scratch) / "old")
        made.rename(target)
    return target / installed.FILE


def answer(path: Path, values: Mapping[str, Any]) -> None:
    """Keeps answers in a manifest; comments and the rest of it stay. Raises ``NotUsable``, ``OSError``."""
    text = source.text(source.data(path), path)
    files.write(path, edit.put(text, ("userValues",), dict(values)))


def remove(path: Path) -> None:
    """Takes away the preset of a manifest, with all its files; of a link the link alone."""
    folder = path.parent
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder)


def about(path: Path) -> dict[str, Any]:
    """What a manifest tells about itself; nothing when it cannot be read."""
    try:
        manifest = manifest_in(path.parent)
    except (NotUsable, OSError):
        return {}
    return {key: manifest[key] for key in METADATA if manifest.get(key) not in (None, "")}


def shown(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest in which no secret can be read."""
    hidden = secret_ids(manifest)
    told: dict[str, Any] = mask(dict(manifest))
    values = told.get("userValues")
    if isinstance(values, dict):
        told["userValues"] = {key: _dots(key, value, hidden) for key, value in values.items()}
    return told


def body(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What of a manifest is configuration."""
    return {key: value for key, value in manifest.items() if key not in (*METADATA, *DYNAMIC)}


def _is_plain(path: Path) -> bool:
    return path.suffix.lower() in PLAIN or path.name in NAMES


def _dots(key: str, value: Any, hidden: frozenset[str]) -> Any:
    plain = isinstance(value, str) and (value.startswith("$") or DOTS in value)
    return value if plain or key not in hidden else DOTS + DOTS


def _copy(folder: Path | None, target: Path) -> None:
    target.mkdir(mode=0o700)
    if folder is None:
        return
    for name in limits.files(folder):
        place = target / name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(folder / name, place)
        place.chmod(files.PRIVATE)


def _write(path: Path, manifest: Mapping[str, Any]) -> None:
    files.write(path, edit.dumps(dict(manifest)) + "\n")
