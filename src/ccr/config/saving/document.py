"""A configuration file on its way: read, changed, checked, saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ccr.config import loading, source
from ccr.config.loading import Names, Report
from ccr.config.problems import ConfigError
from ccr.config.saving import backups, edit, files, rewrite
from ccr.config.saving.backups import Backup
from ccr.config.saving.edit import Place
from ccr.config.variables import interpolate


class Changed(Exception):
    """Somebody else wrote the file in the meantime."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was changed by another program just now. Nothing was written: try again.")


@dataclass(frozen=True)
class Document:
    """A file's text and value. ``data`` is what was on the disk when it was read; None: no file."""

    path: Path
    data: bytes | None
    text: str
    value: dict[str, Any]

    def put(self, place: Place, value: Any) -> Document:
        """With ``value`` at ``place``. Raises ``edit.NoPlace``."""
        return self._with(edit.put(self.text, place, value))

    def remove(self, place: Place) -> Document:
        return self._with(edit.remove(self.text, place))

    def become(self, value: Mapping[str, Any]) -> Document:
        """With another value as a whole; what is the same stays as it is written."""
        return self._with(rewrite.rewrite(self.text, dict(value)))

    def _with(self, text: str) -> Document:
        return replace(self, text=text, value=source.parsed(text, self.path))


def read(path: Path) -> Document:
    """The file, or an empty object when there is none. Raises ``ConfigError`` when it cannot be parsed."""
    if not path.exists():
        return Document(path, None, "{}\n", {})
    data = source.data(path)
    return of(path, data)


def of(path: Path, data: bytes) -> Document:
    """What was read from ``path``. Raises ``ConfigError``."""
    text = source.text(data, path)
    return Document(path, data, text, source.parsed(text, path))


def report(document: Document, env: Mapping[str, str], names: Names | None = None) -> Report:
    """What is to be said of the document's value: settings, mistakes, warnings."""
    env = {**source.beside(document.path), **env}
    raw, unset = interpolate(document.value, source.lookup_in(env))
    found = source.Source(document.path, True, document.value, raw, tuple(unset), env)
    return loading.report(found, names)


def save(document: Document) -> Backup | None:
    """Writes the text; what was there before goes to the backups. Raises ``Changed``, ``OSError``."""
    path = document.path
    current = path.read_bytes() if path.exists() else None
    if current != document.data:
        raise Changed(path)
    backup = backups.make(path, kept(document.value))
    files.write(path, document.text)
    return backup


def backup(path: Path) -> Backup | None:
    """Keeps a copy of the file, broken or not; None when there is no file. Raises ``OSError``."""
    return backups.make(path, _kept_at(path))


def restore(path: Path, name: str) -> tuple[Backup, Backup | None]:
    """Puts a backup in the file's place: that backup, and the one made of what was there.

    Raises ``NoBackup``, ``ConfigError`` when the backup cannot be parsed, ``OSError``.
    """
    backup = backups.find(path, name)
    wanted = of(backup.path, backup.path.read_bytes())
    made = backups.make(path, _kept_at(path) + 1)
    files.write(path, wanted.text)
    return backup, made


def _kept_at(path: Path) -> int:
    try:
        return kept(read(path).value)
    except ConfigError:
        return backups.KEPT


def kept(value: Mapping[str, Any]) -> int:
    """How many backups the configuration wants kept."""
    wanted = value.get("BACKUPS")
    return wanted if type(wanted) is int and wanted > 0 else backups.KEPT
