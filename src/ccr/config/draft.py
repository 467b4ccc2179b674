"""One entry of ``Providers`` with all that is known of it before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ccr.config import schema, uses
from ccr.config.presets import Preset, Presets, TransformerRow
from ccr.config.problems import Problem
from ccr.config.protocol import protocol_named
from ccr.config.provider import Use
from ccr.config.variables import child


class Draft(NamedTuple):
    """An entry, where it stands, and what preset and transformer names say of it."""

    entry: schema.Provider
    path: str
    presets: Presets
    preset_id: str | None
    used: uses.Uses
    rows: tuple[TransformerRow, ...]
    """What the transformers for all models say, and before them a protocol that is the name of one."""

    options: Mapping[str, Any]
    """Options of transformers that are names only, such as ``vertex-openai``: they are the provider's."""

    @property
    def preset(self) -> Preset | None:
        return self.presets.provider[self.preset_id] if self.preset_id else None

    def at(self, key: str) -> str:
        """The path of one of the entry's keys."""
        return child(self.path, key)


def begin(entry: schema.Provider, path: str, presets: Presets) -> tuple[Draft, list[Problem]]:
    """The draft of an entry, and what is wrong with its ``transformer``."""
    used = uses.read(entry.transformer, child(path, "transformer"))
    rows = _rows(entry, used, presets)
    preset_id = _preset(entry, rows, presets)
    options = {
        key: value for use in used.use if _is_place(use, presets) for key, value in use.options.items()
    }
    bare = tuple(Use(use.name, {}, use.path) if _is_place(use, presets) else use for use in used.use)
    return Draft(entry, path, presets, preset_id, used._replace(use=bare), rows, options), list(used.problems)


def _is_place(use: Use, presets: Presets) -> bool:
    """Whether a transformer's name stands for a provider's address and credential."""
    return presets.row(use.name).preset is not None


def _rows(entry: schema.Provider, used: uses.Uses, presets: Presets) -> tuple[TransformerRow, ...]:
    rows = tuple(presets.row(use.name) for use in used.use)
    if entry.protocol and not protocol_named(entry.protocol):
        return presets.row(entry.protocol.replace("_", "-")), *rows
    return rows


def _preset(entry: schema.Provider, rows: tuple[TransformerRow, ...], presets: Presets) -> str | None:
    """By the address, since that is where requests go; else by a transformer's name; else by its own."""
    by_url = presets.at(entry.api_base_url) if entry.api_base_url else None
    return by_url or next((row.preset for row in rows if row.preset), None) or presets.named(entry.name)
