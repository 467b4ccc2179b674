"""The layers of one provider's dialect, and what is known of its models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccr.config import layers, schema
from ccr.config.draft import Draft
from ccr.config.limits import NONE
from ccr.config.presets import ModelRow
from ccr.config.prices import Price
from ccr.config.problems import Problem
from ccr.config.provider import ModelFacts
from ccr.config.shapes import limits
from ccr.config.shapes.twins import settled
from ccr.config.variables import child


class Flags:
    """Of one draft. ``common`` are the layers for all models, below the user's own."""

    def __init__(self, begun: Draft, protocol: str) -> None:
        self._begun = begun
        self._entry = begun.entry
        self._preset = begun.preset
        self._preset_flags: Mapping[str, Any] = begun.preset.dialect_for(protocol) if begun.preset else {}
        self._named = [row.dialect for row in begun.rows]
        self.common = [self._preset_flags, *self._named]

    def problems(self) -> list[Problem]:
        """What is wrong with the flags the user wrote."""
        found = layers.check(self._entry.dialect, self._begun.at("dialect"))
        for key, models in (("models", self._entry.models), ("modelMetadata", self._entry.model_metadata)):
            for model, facts in models.items():
                found += layers.check(facts.dialect, child(child(self._begun.at(key), model), "dialect"))
        return found

    def facts(self, model: str) -> ModelFacts:
        """What family, preset, transformers and user say of a model; the last to speak wins."""
        family = self._begun.presets.models.find(model)
        row = self._preset.table.find(model) if self._preset else _NOTHING
        own = self._own(model)
        max_output = _last(
            family.max_output, row.max_output, self._entry.max_output, *(o.max_output for o in own)
        )
        user = [self._entry.dialect, *(facts.dialect for facts in own)]
        flags = [family.dialect, self._limits(family, row), self._preset_flags, row.dialect, *self._named]
        merged = layers.merged(*flags, *self._for_model(model))
        if self._preset or max_output not in (family.max_output, None):
            merged["max_output"] = _least(merged.get("max_output"), max_output)
        window = _last(self._entry.context_window, *(facts.context_window for facts in own))
        price = next((facts.price for facts in reversed(own) if facts.price), self._entry.price)
        return ModelFacts(
            context_window=_last(family.context_window, row.context_window, window),
            window_sure=window is not None,
            max_output=max_output,
            dialect=layers.dialect(merged, *user),
            price=settled(Price, price) if price else None,
            limits=next((found for facts in reversed(own) if (found := limits.of(facts.limits))), NONE),
        )

    def _own(self, model: str) -> list[schema.Model]:
        both = self._entry.model_metadata.get(model), self._entry.models.get(model)
        return [facts for facts in both if facts is not None]

    def _for_model(self, model: str) -> list[Mapping[str, Any]]:
        uses = self._begun.used.by_model.get(model, ())
        return [self._begun.presets.row(use.name).dialect for use in uses]

    def _limits(self, family: ModelRow, row: ModelRow) -> dict[str, Any]:
        """What a model cannot do by nature. Not assumed at unknown addresses: names may be borrowed."""
        return {"images": False} if self._preset and (family.text_only or row.text_only) else {}


_NOTHING = ModelRow()


def _last(*values: int | None) -> int | None:
    """The last that is known."""
    return next((value for value in reversed(values) if value is not None), None)


def _least(*values: int | None) -> int | None:
    return min((value for value in values if value is not None), default=None)
