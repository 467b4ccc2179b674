"""Which transformers there are, and the chains that the configuration makes of them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from ccr.config import source
from ccr.config.problems import ConfigError, Problem, did_you_mean
from ccr.config.provider import Provider, Use
from ccr.config.settings import Plugin, Settings
from ccr.config.variables import child
from ccr.exchange import Target
from ccr.transformers.builtin import BUILTIN
from ccr.transformers.chain import Chain
from ccr.transformers.contract import Transformer
from ccr.transformers.files import Source, class_of, classes_in, installed
from ccr.transformers.options import Shape, make

Table = Mapping[str, Source | None]
"""By name in lower case; None: the name stands for data."""


def names(raw: Mapping[str, Any], folder: Path | None = None) -> Collection[str]:
    """All names that ``transformer.use`` may have, for a configuration as it was read.

    ``folder`` is the configuration's, by default that of the file the environment names. Files that cannot be
    loaded give no names here: ``Registry`` says what is wrong with them.
    """
    folder = folder or source.locate(None, os.environ).parent
    own, _ = of_files(_plugins(raw.get("transformers"), folder))
    return {*BUILTIN, *(name for name, _ in installed()), *own}


class Registry:
    """The transformers of one configuration. Raises ``ConfigError`` with every mistake in all its uses."""

    def __init__(self, settings: Settings) -> None:
        own, problems = of_files(settings.transformers)
        self._table: Table = {
            **{name.lower(): Source(cls) if cls else None for name, cls in BUILTIN.items()},
            **{name.lower(): found for name, found in installed()},
            **own,
        }
        self._chains: dict[tuple[str, str], Chain] = {}
        for use in _uses(settings.providers):
            problems += self._problems(use)
        if problems:
            raise ConfigError(problems, settings.path)

    def chain(self, provider: Provider, model: str) -> Chain:
        """The provider's transformers and then the model's, made once for both."""
        key = provider.name, model
        if key not in self._chains:
            if len(self._chains) >= _MOST_CHAINS:
                self._chains.clear()
            self._chains[key] = self._made(Target(provider, model))
        return self._chains[key]

    def _made(self, target: Target) -> Chain:
        uses = (*target.provider.use, *target.provider.model_use.get(target.model, ()))
        transformers = [made for use in uses if (made := self._make(use)) is not None]
        for transformer in transformers:
            transformer.target = target
        return Chain(transformers)

    def _make(self, use: Use) -> Transformer | None:
        """The instance of one use, None where the name stands for data. Raises ``ConfigError``."""
        name = use.name.lower()
        if name not in self._table:
            cure = did_you_mean(use.name, self._table, f"There are: {', '.join(sorted(self._table))}.")
            raise ConfigError([Problem(use.path, f'there is no transformer "{use.name}".', cure)])
        found = self._table[name]
        if found is None:
            _check_no_options(use)
            return None
        cls = class_of(found, use.path)
        shape = Shape(cls)
        common = {option: value for option, value in found.options.items() if shape.takes(option)}
        return make(cls, {**common, **use.options}, use.path)

    def _problems(self, use: Use) -> list[Problem]:
        try:
            self._make(use)
        except ConfigError as error:
            return list(error.problems)
        return []


_MOST_CHAINS = 1000
"""Model names come from clients: chains are kept, but not without limit."""


def _uses(providers: Iterable[Provider]) -> list[Use]:
    return [
        use for provider in providers for uses in (provider.use, *provider.model_use.values()) for use in uses
    ]


def _check_no_options(use: Use) -> None:
    if use.options:
        message = f'"{use.name}" takes no options: it is a name for a protocol or a dialect.'
        cure = 'Flags go into the provider\'s "dialect", parameters of requests to "customparams".'
        raise ConfigError([Problem(use.path, message, cure)])


def _plugins(entries: object, folder: Path) -> list[Plugin]:
    """Entries of ``transformers`` as they were read; what is wrong with their shape is said elsewhere."""
    return [
        Plugin(folder / Path(path).expanduser(), {})
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and isinstance(path := entry.get("path"), str) and path
    ]


def of_files(plugins: Iterable[Plugin]) -> tuple[dict[str, Source], list[Problem]]:
    """The transformers in the user's files by name in lower case, and what is wrong with the files."""
    table: dict[str, Source] = {}
    problems: list[Problem] = []
    for number, plugin in enumerate(plugins):
        place = child("transformers", number)
        try:
            classes = classes_in(plugin.path, child(place, "path"))
        except ConfigError as error:
            problems += error.problems
            continue
        problems += _twice(classes, table, place) + _taken_by_none(classes, plugin, place)
        table |= {cls.name.lower(): Source(cls, plugin.options) for cls in classes}
    return table, problems


def _twice(classes: list[type[Transformer]], table: Table, place: str) -> list[Problem]:
    again = [cls.name for cls in classes if cls.name.lower() in table]
    message = 'a file before it has a transformer "{}" already.'
    return [Problem(child(place, "path"), message.format(name)) for name in again]


def _taken_by_none(classes: list[type[Transformer]], plugin: Plugin, place: str) -> list[Problem]:
    """A problem for each option that no transformer of the file takes."""
    shapes = [Shape(cls) for cls in classes]
    unknown = [option for option in plugin.options if not any(shape.takes(option) for shape in shapes)]
    named = [option for shape in shapes for option in shape.options]
    return [
        Problem(
            child(child(place, "options"), option),
            f"no transformer in {plugin.path.name} has this option.",
            did_you_mean(option, named, f"They have: {', '.join(named)}." if named else "They have none."),
        )
        for option in unknown
    ]
