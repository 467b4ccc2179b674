"""Routes of a project or of a session, in files as the original lays them beside its configuration.

``<folder>/<project>/config.json`` and ``<folder>/<project>/<session>.json``, the latter over the former; the
project is the folder of ``~/.claude/projects`` that holds ``<session>.jsonl``. Only projects that have such a
folder of ours are looked for, and files are looked at once a second at most.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ccr.config.watched import PAUSE, Stamp, stamp

log = logging.getLogger("ccr.routing")

REMEMBERED = 1_000
_SESSION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")

Read = Callable[[Path], Mapping[str, Any]]
"""The ``Router`` of a file. Raises ``ValueError`` in words."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Routes that are laid over others; each reading of a file is another one."""

    name: str
    router: Mapping[str, Any]


@dataclass(slots=True)
class _File:
    looked: float
    stamp: Stamp = None
    layer: Layer | None = None


@dataclass(slots=True)
class Overrides:
    """The files of the folders ``homes``. ``clock`` gives seconds."""

    homes: Sequence[Path]
    projects: Path
    read: Read
    clock: Callable[[], float] = time.monotonic
    _looked: float = field(default=-PAUSE)
    _ours: list[Path] = field(default_factory=list)
    _missed: set[str] = field(default_factory=set)
    _found: OrderedDict[str, Path] = field(default_factory=OrderedDict)
    _files: OrderedDict[Path, _File] = field(default_factory=OrderedDict)

    def of(self, session: str | None) -> tuple[Layer, ...]:
        """What is laid over the configuration for a session, the outermost last."""
        if not session or not self._folders() or not _SESSION.fullmatch(session):
            return ()
        if (folder := self._project(session)) is None:
            return ()
        layers = (self._layer(folder / "config.json"), self._layer(folder / f"{session}.json"))
        return tuple(layer for layer in layers if layer is not None)

    def _folders(self) -> list[Path]:
        """Folders that may be a project's."""
        if (now := self.clock()) - self._looked >= PAUSE:
            self._looked = now
            self._missed.clear()
            ours = [Path(path) for home in self.homes for path in _inside(home)]
            self._ours = [path for path in ours if (self.projects / path.name).is_dir()]
        return self._ours

    def _project(self, session: str) -> Path | None:
        """A session is in one project for good; that it is in none may be wrong in a moment."""
        if session in self._missed or session in self._found:
            return self._found.get(session)
        for folder in self._ours:
            if (self.projects / folder.name / f"{session}.jsonl").exists():
                _kept(self._found, session, folder)
                return folder
        self._missed.add(session)
        return None

    def _layer(self, path: Path) -> Layer | None:
        file = self._files.get(path)
        if file is None:
            file = _File(self.clock() - PAUSE)
            _kept(self._files, path, file)
        if (now := self.clock()) - file.looked >= PAUSE:
            file.looked = now
            if (found := stamp(path)) != file.stamp:
                file.stamp, file.layer = found, self._reading(path) if found else None
        return file.layer

    def _reading(self, path: Path) -> Layer | None:
        try:
            return Layer(str(path), self.read(path))
        except ValueError as error:
            log.warning("The routes of %s are not used: %s", path, error)
            return Layer(f"{path} is not used: {error}", {})


def _inside(home: Path) -> list[str]:
    try:
        with os.scandir(home) as entries:
            return [e.path for e in entries if e.is_dir() and not e.name.startswith(".")]
    except OSError:
        return []


def _kept(memory: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    memory[key] = value
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
