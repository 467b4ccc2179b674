"""Presets of configuration that are installed: ``presets/<name>/manifest.json`` beside the configuration."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ccr.config import manifest, overlay, source
from ccr.config.problems import ConfigError
from ccr.config.settings import Settings
from ccr.config.variables import interpolate

FILE = "manifest.json"

SERVICE = (
    "host",
    "port",
    "apikey",
    "clients",
    "log",
    "log_level",
    "logs",
    "max_body_bytes",
    "limits",
    "client_limits",
    "queue",
    "redis",
)
"""What is the service's, whatever a preset says: above all, who may come in."""


def folder_of(settings: Settings) -> Path:
    """Where presets are."""
    return settings.path.parent / "presets"


def is_name(name: str) -> bool:
    """Whether it can be the name of a preset: it must not lead out of the folder."""
    return bool(name.strip()) and not any(part in name for part in ("..", "/", "\\", "\0"))


def names(folder: Path) -> list[str]:
    """The names of all presets."""
    return sorted(path.parent.name for path in _manifests(folder))


def find(folder: Path, name: str) -> Path | None:
    """A preset's manifest: by the name of its folder, else by the name it gives itself."""
    if not is_name(name):
        return None
    path = folder / name / FILE
    return path if path.is_file() else next((p for p in _manifests(folder) if _own_name(p) == name), None)


def load(path: Path, base: Settings, env: Mapping[str, str] | None = None) -> Settings:
    """A preset laid over the user's configuration. Raises ``ConfigError`` with every mistake."""
    from ccr.config import loading

    env = {**source.beside(base.path), **source.beside(path), **(os.environ if env is None else env)}
    found = source.read(path, env)
    try:
        filled = manifest.configuration(found.written)
    except ConfigError as error:
        raise ConfigError(error.problems, path) from None
    own, unset = interpolate(filled, source.lookup_in(found.env))
    outside = overlay.absolute(base.raw, base.path.parent)
    whole = overlay.over(outside, overlay.absolute(own, path.parent))
    made = loading.check(found._replace(written=whole, raw=whole, unset=tuple(unset)))
    return replace(made, **{name: getattr(base, name) for name in SERVICE})


def _manifests(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob(f"*/{FILE}")) if path.is_file())


def _own_name(path: Path) -> object:
    try:
        return source.read(path, {}).written.get("name")
    except ConfigError:
        return None
