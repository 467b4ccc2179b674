"""What is known of providers, models and transformer names: ``presets.toml``, typed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import translate
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import msgspec

from ccr.config.address import split
from ccr.config.provider import Auth


class ModelRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of the models that a pattern names."""

    context_window: int | None = None
    max_output: int | None = None
    text_only: bool = False
    dialect: dict[str, Any] = {}


class OptionRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an option such as ``region`` comes from when the entry does not say it."""

    env: tuple[str, ...] = ()
    """Environment variables, the first that is set."""

    file: str = ""
    """An environment variable with the path of a JSON file that holds it under ``key``."""

    key: str = ""
    default: str | None = None


class Models:
    """An ordered table of patterns (``*`` and ``?``, lower case): the first that fits a model's name counts.

    A name fits by the whole of it, or by what stands between its last ``/`` and the ``:`` after that.
    """

    def __init__(self, rows: Mapping[str, ModelRow]) -> None:
        self.rows = rows
        self._patterns = [(re.compile(translate(pattern)), row) for pattern, row in rows.items()]

    def find(self, model: str) -> ModelRow:
        """The row of a model, an empty one when none fits."""
        whole = model.lower()
        tail = whole.rpartition("/")[2].partition(":")[0]
        for pattern, row in self._patterns:
            if pattern.match(whole) or pattern.match(tail):
                return row
        return _NOTHING


class Preset(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One provider. ``base_url`` holds a full endpoint by protocol, the first protocol being the default."""

    title: str
    base_url: dict[str, str]
    aliases: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    """Hosts (``*`` for any label; ``:port`` where it matters) by which a URL is recognised."""

    key: tuple[str, ...] = ()
    """Environment variables that usually hold its key, the best known first."""

    key_url: str = ""
    auth: Auth | dict[str, Auth] | None = None
    local: bool = False
    """Runs on the user's own machine: needs no key."""

    dialect: dict[str, Any] = {}
    dialects: dict[str, dict[str, Any]] = {}
    """What holds for one protocol only, over ``dialect``."""

    use: tuple[str, ...] = ()
    """Transformers of its first protocol, where the entry has no ``transformer``."""

    options: dict[str, OptionRow] = {}
    models: dict[str, ModelRow] = {}

    @property
    def protocol(self) -> str:
        return next(iter(self.base_url))

    @cached_property
    def table(self) -> Models:
        return Models(self.models)

    def dialect_for(self, protocol: str) -> dict[str, Any]:
        return self.dialect | self.dialects.get(protocol, {})

    def auth_for(self, protocol: str) -> Auth | None:
        return self.auth.get(protocol) if isinstance(self.auth, dict) else self.auth

    def recognises(self, host: str) -> bool:
        """Whether a URL's ``host`` or ``host:port`` is this provider's."""
        return any(_fits(pattern, host) for pattern in self.hosts)


class TransformerRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What naming a transformer says about its provider."""

    protocol: str | None = None
    dialect: dict[str, Any] = {}
    preset: str | None = None
    """The preset that completes the address and the credential."""


class Presets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The whole table."""

    provider: dict[str, Preset]
    transformer: dict[str, TransformerRow]
    model: dict[str, ModelRow]

    @cached_property
    def models(self) -> Models:
        """What is true of a model wherever it runs."""
        return Models(self.model)

    @cached_property
    def names(self) -> dict[str, str]:
        """Preset ids by every name they go by, in lower case."""
        ids = {alias.lower(): name for name, preset in self.provider.items() for alias in preset.aliases}
        return ids | {name.lower(): name for name in self.provider}

    def named(self, name: str) -> str | None:
        """The preset of a provider's name: ``OpenRouter``, ``z_ai``, …"""
        plain = name.lower()
        return self.names.get(plain) or self.names.get(plain.replace("_", "-").replace(" ", "-"))

    def at(self, url: str) -> str | None:
        """The preset whose provider a URL belongs to."""
        parts = split(url)
        hosts = {parts.netloc.rpartition("@")[2].lower(), (parts.hostname or "").lower()}
        return _first(name for name, preset in self.provider.items() if any(map(preset.recognises, hosts)))

    def row(self, name: str) -> TransformerRow:
        """What a transformer's name says; nothing for the user's own."""
        return self.transformer.get(name.lower()) or _SILENT


@cache
def presets() -> Presets:
    """The packaged table, read once."""
    text = files("ccr.config").joinpath("presets.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Presets)


def _fits(pattern: str, host: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", r"[^.:]+"), host) is not None


def _first(items: Iterable[str]) -> str | None:
    return next(iter(items), None)


_NOTHING = ModelRow()
_SILENT = TransformerRow()
