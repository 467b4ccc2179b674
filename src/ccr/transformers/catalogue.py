"""What there is to be used as a transformer, for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ccr.config import Settings
from ccr.config.problems import ConfigError
from ccr.transformers.builtin import BUILTIN
from ccr.transformers.contract import Transformer
from ccr.transformers.files import Source, class_of, installed
from ccr.transformers.load import of_files
from ccr.transformers.options import Shape


@dataclass(frozen=True, slots=True)
class Known:
    """One name. ``options`` are those that have names of their own."""

    name: str
    kind: Literal["code", "data", "own"]
    options: tuple[str, ...] = ()
    any_option: bool = False


def known(settings: Settings) -> list[Known]:
    """The built-in ones in the order of their table, then the user's; files that are wrong give none."""
    return [*(_builtin(name, cls) for name, cls in BUILTIN.items()), *_own(settings)]


def _builtin(name: str, cls: type[Transformer] | None) -> Known:
    return Known(name, "data") if cls is None else _of_class(name, "code", cls)


def _own(settings: Settings) -> Iterator[Known]:
    sources: dict[str, Source] = {**dict(installed()), **of_files(settings.transformers)[0]}
    for name, source in sources.items():
        try:
            cls = class_of(source, "")
        except ConfigError:
            continue
        yield _of_class(cls.name or name, "own", cls)


def _of_class(name: str, kind: Literal["code", "own"], cls: type[Transformer]) -> Known:
    shape = Shape(cls)
    return Known(name, kind, tuple(shape.options), shape.takes(""))
