"""The routers whose configuration can be taken over, and where they keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from ccr.config import source
from ccr.config.importing.found import Found


class Source(NamedTuple):
    """A kind of configuration. ``places`` are below the home folder; ``ends`` is how its files end."""

    name: str
    title: str
    module: str
    places: tuple[str, ...]
    ends: tuple[str, ...]

    def read(self, path: Path) -> Found:
        """Raises ``Unreadable``."""
        reader: Callable[[Path], Found] = import_module(f"ccr.config.importing.{self.module}").read
        return reader(path)


SOURCES = (
    Source(
        "v3",
        "version 3 of the original",
        "version3",
        (".claude-code-router/config.sqlite", "AppData/Roaming/claude-code-router/config.sqlite"),
        (".sqlite",),
    ),
    Source(
        "litellm",
        "LiteLLM",
        "litellm",
        (".litellm/config.yaml", "litellm_config.yaml", ".config/litellm/config.yaml"),
        (".yaml", ".yml"),
    ),
    Source(
        "cc-switch", "cc-switch", "ccswitch", (".cc-switch/cc-switch.db", ".cc-switch/config.json"), (".db",)
    ),
    Source(
        "original", "the original (version 1 or 2)", "original", (str(source.DEFAULT),), (".json", ".json5")
    ),
)


def named(name: str) -> Source | None:
    return next((one for one in SOURCES if one.name == name), None)


def of_file(path: Path) -> Source | None:
    """The kind that a file seems to be, by its name."""
    if path.parent.name == ".cc-switch":
        return named("cc-switch")
    return next((one for one in SOURCES if path.suffix.lower() in one.ends), None)


def present(env: Mapping[str, str]) -> Iterator[tuple[Source, Path]]:
    """What there is on this machine, one file of each kind; the original's own file is ours, too."""
    for one in SOURCES:
        files = (source.home(env) / place for place in one.places)
        if (file := next((file for file in files if file.is_file()), None)) is not None:
            yield one, file
