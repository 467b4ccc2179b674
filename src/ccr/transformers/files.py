"""Transformers of the user's own: Python files that the configuration names, and installed packages."""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ccr.config.problems import ConfigError, Problem
from ccr.transformers.contract import Transformer

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "ccr.transformers"
"""The entry point group of packages that bring transformers."""

DOCS = "docs/transformers.md tells how to write one."


@dataclass(frozen=True, slots=True)
class Source:
    """A class, or where to get it, and the options that the place which names it gives to all instances."""

    cls: type[Transformer] | EntryPoint
    options: Mapping[str, Any] = field(default_factory=dict)


def classes_in(path: Path, place: str) -> list[type[Transformer]]:
    """The transformers that a file defines. Raises ``ConfigError``; ``place`` is where the file is named."""
    if path.suffix in (".js", ".cjs", ".mjs", ".ts"):
        message = f"{path.name} is a plugin of the original router, in JavaScript; here they are in Python."
        raise ConfigError([Problem(place, message, f"Write it anew, it will be short: {DOCS}")])
    module = executed(path, place)
    found = [cls for cls in vars(module).values() if _is_own(cls, module)]
    if not found:
        message = f"{path.name} defines no subclass of ccr.transformers.contract.Transformer."
        raise ConfigError([Problem(place, message, DOCS)])
    return found


def installed() -> Iterator[tuple[str, Source]]:
    """What packages bring, by name; a package is imported when its transformer is used."""
    if not any(map(_may_bring, map(Path, sys.path))):
        return
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP):
        yield entry.name, Source(entry)


def _may_bring(place: Path) -> bool:
    """Whether packages at a place of the import system name our group.

    The library that reads them takes a megabyte, and a moment for each package that there is.
    """
    if place.is_file():
        return True  # an archive: it is left to the library
    try:
        return any(GROUP.encode() in path.read_bytes() for path in place.glob("*-info/entry_points.txt"))
    except OSError:
        return True


def class_of(source: Source, place: str) -> type[Transformer]:
    """The class itself. Raises ``ConfigError`` when the package does not give one."""
    if isinstance(source.cls, type):
        return source.cls
    try:
        found = source.cls.load()
    except Exception as error:  # noqa: BLE001 - anybody's code
        message = f"the package that brings it cannot be imported: {type(error).__name__}: {error}"
        raise ConfigError([Problem(place, message)]) from None
    if not (inspect.isclass(found) and issubclass(found, Transformer)):
        message = f"{source.cls.value}, which a package names for it, is no subclass of Transformer."
        raise ConfigError([Problem(place, message, DOCS)])
    return found


def _read(path: Path, place: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or type(error).__name__}."
        cure = "A relative path is meant from the folder of the configuration."
        raise ConfigError([Problem(place, message, cure)]) from None


def executed(path: Path, place: str) -> ModuleType:
    """A user's file as a module. Raises ``ConfigError``.

    Not by the import system: a changed file must never meet its old bytecode.
    """
    code = _read(path, place)
    module = ModuleType(f"ccr_files_of_user.{path.stem}_{abs(hash(path)):x}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    try:
        exec(compile(code, path, "exec"), vars(module))  # noqa: S102 - it is what the user asks for
    except (Exception, SystemExit) as error:  # noqa: BLE001 - anybody's code
        del sys.modules[module.__name__]
        raise ConfigError([Problem(place, f"{path.name} {failure(error, path)}")]) from None
    return module


def failure(error: BaseException, path: Path) -> str:
    """What went wrong in a user's file in words, with its line."""
    if isinstance(error, SyntaxError):
        return f"is no valid Python (line {error.lineno}): {error.msg}."
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    where = f" in line {lines[-1]}" if lines else ""
    return f"fails{where}: {type(error).__name__}: {error}"


def _is_own(value: object, module: ModuleType) -> bool:
    """A transformer that the module defines itself, not one that it imports or only builds on."""
    return (
        inspect.isclass(value)
        and issubclass(value, Transformer)
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
        and not inspect.isabstract(value)
    )
