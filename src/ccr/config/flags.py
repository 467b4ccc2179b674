"""The layers of one provider's dialect, and what its entry says of its models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccr.config import layers, schema
from ccr.config.draft import Draft
from ccr.config.facts import Said, Source
from ccr.config.prices import Price
from ccr.config.problems import Problem
from ccr.config.shapes import limits
from ccr.config.shapes.twins import settled
from ccr.config.variables import child


def common(begun: Draft, protocol: str) -> list[Mapping[str, Any]]:
    """The layers for all models, below the user's own."""
    return [begun.preset.dialect_for(protocol) if begun.preset else {}, *(row.dialect for row in begun.rows)]


def problems(begun: Draft) -> list[Problem]:
    """What is wrong with the flags the user wrote."""
    entry = begun.entry
    found = layers.check(entry.dialect, begun.at("dialect"))
    for key, models in (("models", entry.models), ("modelMetadata", entry.model_metadata)):
        for model, facts in models.items():
            found += layers.check(facts.dialect, child(child(begun.at(key), model), "dialect"))
    return found


def source(begun: Draft, protocol: str) -> Source:
    """Where facts of the models come from."""
    entry = begun.entry
    preset, *named = common(begun, protocol)
    both = entry.model_metadata, entry.models
    names = dict.fromkeys(name for models in both for name in models)
    return Source(
        entry=_said(entry),
        models={name: tuple(_said(models[name]) for models in both if name in models) for name in names},
        preset=begun.preset_id,
        flags=preset,
        named=tuple(named),
        uses={
            model: tuple(begun.presets.row(use.name).dialect for use in uses)
            for model, uses in begun.used.by_model.items()
        },
    )


def _said(entry: schema.Provider | schema.Model) -> Said:
    """What an entry says of all its models, or of one; limits of the former are those of the provider."""
    return Said(
        entry.dialect,
        entry.context_window,
        entry.max_output,
        settled(Price, entry.price) if entry.price else None,
        limits.of(entry.limits),
    )
