"""What is known of a provider's models: of those that are listed, and of any other that a client may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from ccr.config import layers
from ccr.config.limits import NONE, Limits
from ccr.config.presets import ModelRow, presets
from ccr.config.prices import Price
from ccr.config.provider import ModelFacts


class Said(NamedTuple):
    """What the user says of a model, or of all models of a provider."""

    dialect: layers.Flags
    context_window: int | None = None
    max_output: int | None = None
    price: Price | None = None
    limits: Limits = NONE


@dataclass(frozen=True)
class Source:
    """All that facts of one provider's models come from. The packaged table is asked when it is needed."""

    entry: Said
    models: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    """What is said of single models, the last to count most."""

    preset: str | None = None
    flags: layers.Flags = field(default_factory=dict)
    """The preset's, for all models."""

    named: tuple[layers.Flags, ...] = ()
    """What the names of transformers for all models say."""

    uses: Mapping[str, tuple[layers.Flags, ...]] = field(default_factory=dict)
    """The same of those for one model."""

    def of(self, model: str) -> ModelFacts:
        """What family, preset, transformers and user say of a model; the last to speak wins."""
        family, row = presets().models.find(model), self._row(model)
        own = self.models.get(model, ())
        max_output = _last(
            family.max_output, row.max_output, self.entry.max_output, *(one.max_output for one in own)
        )
        user = [self.entry.dialect, *(one.dialect for one in own)]
        flags = [family.dialect, self._limits(family, row), self.flags, row.dialect, *self.named]
        merged = layers.merged(*flags, *self.uses.get(model, ()))
        if self.preset or max_output not in (family.max_output, None):
            merged["max_output"] = _least(merged.get("max_output"), max_output)
        window = _last(self.entry.context_window, *(one.context_window for one in own))
        return ModelFacts(
            context_window=_last(family.context_window, row.context_window, window),
            window_sure=window is not None,
            max_output=max_output,
            dialect=layers.dialect(merged, *user),
            price=next((one.price for one in reversed(own) if one.price), self.entry.price),
            limits=next((one.limits for one in reversed(own) if one.limits), NONE),
        )

    def _row(self, model: str) -> ModelRow:
        return presets().provider[self.preset].table.find(model) if self.preset else _NOTHING

    def _limits(self, family: ModelRow, row: ModelRow) -> dict[str, Any]:
        """What a model cannot do by nature. Not assumed at unknown addresses: names may be borrowed."""
        return {"images": False} if self.preset and (family.text_only or row.text_only) else {}


class ModelTable(Mapping[str, ModelFacts]):
    """Facts by model. Iterates over the models listed, but has an answer for every name."""

    def __init__(
        self, names: tuple[str, ...], source: Source, known: Mapping[str, ModelFacts] | None = None
    ) -> None:
        """``known``: facts that need not be looked up."""
        self._names = names
        self._source = source
        self._known = known or {}
        # Names come from clients: remembered, but not without limit.
        self._find = lru_cache(maxsize=512)(source.of)

    def __getitem__(self, model: str) -> ModelFacts:
        return self._known.get(model) or self._find(model)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __reduce__(self) -> tuple[type[ModelTable], tuple[Any, ...]]:
        """Goes with its facts, so that who takes it need not read the packaged table."""
        return ModelTable, (self._names, self._source, dict(self))


_NOTHING = ModelRow()


def _last(*values: int | None) -> int | None:
    """The last that is known."""
    return next((value for value in reversed(values) if value is not None), None)


def _least(*values: int | None) -> int | None:
    return min((value for value in values if value is not None), default=None)
