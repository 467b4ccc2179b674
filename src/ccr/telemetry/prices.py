"""What a model costs, by the first who knows.

The provider's entry, ``Prices``, ``prices.json``, the packaged table; what runs here costs nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import translate
from functools import cache, cached_property
from importlib.resources import files
from typing import NamedTuple

import msgspec

from ccr.config.prices import Price
from ccr.config.provider import Provider
from ccr.config.settings import Settings
from ccr.telemetry.catalogue import Catalogue, read_catalogue
from ccr.telemetry.cost import Tariff, tariff_of

CHECKED = date(2026, 11, 21)
"""When the packaged table was taken."""

_DATED = re.compile(r"([-@]20\d{6}|-20\d\d-\d\d-\d\d|-latest)?(-v\d+)?$")
FREE = Price(input=0, output=0)


@dataclass(frozen=True)
class Known:
    """A price, and who says so."""

    price: Price
    by: str
    """``config``, ``Prices``, ``prices.json``, ``local``, or the page the packaged table names."""

    since: str = ""
    """The day it was taken, where that is known."""

    @cached_property
    def tariff(self) -> Tariff:
        """The price as requests are priced with it."""
        return tariff_of(self.price)


class Patterns:
    """Prices by patterns (``*`` and ``?``, any case): of those that fit, the longest counts."""

    def __init__(self, rows: Mapping[str, Price]) -> None:
        ordered = sorted(rows.items(), key=lambda row: -len(row[0]))
        self.rows = rows
        self._rows = [(re.compile(translate(pattern.lower())), price) for pattern, price in ordered]

    def find(self, names: Iterable[str]) -> Price | None:
        """The price of the first name that has one."""
        return next((price for name in names for fits, price in self._rows if fits.match(name)), None)


class Row(NamedTuple):
    """One provider of the packaged table."""

    source: str
    patterns: Patterns


def names_of(model: str) -> list[str]:
    """Under what a model is looked for: whole, without its maker and variant, without its date."""
    whole = model.lower()
    tail = whole.rpartition("/")[2].partition(":")[0]
    return list(dict.fromkeys((whole, tail, _DATED.sub("", tail))))


@cache
def packaged() -> Mapping[str, Row]:
    """The packaged table by preset, read once."""
    text = files("ccr.telemetry").joinpath("prices.toml").read_text("utf-8")
    table = tomllib.loads(text)["provider"]
    own = {
        name: {model: msgspec.convert(said, Price) for model, said in entry.get("models", {}).items()}
        for name, entry in table.items()
    }
    return {
        name: Row(entry["source"], Patterns(own.get(entry.get("like", ""), {}) | own[name]))
        for name, entry in table.items()
    }


class Prices:
    """All prices of one configuration."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._found: dict[tuple[str, str], Known | None] = {}
        self._asked: tuple[Callable[[Provider, str], Known | None], ...] = (
            self._of_entry,
            self._of_section,
            self._of_catalogue,
            self._of_local,
            self._of_package,
        )

    def of(self, provider: Provider, model: str) -> Known | None:
        """What a model costs at a provider; None: nobody knows."""
        key = (provider.name, model)
        try:
            return self._found[key]
        except KeyError:
            if len(self._found) > 10_000:  # clients may ask for any model
                self._found.clear()
            answers = (ask(provider, model) for ask in self._asked)
            found = self._found[key] = next((known for known in answers if known is not None), None)
            return found

    def input_of(self, target: str) -> float | None:
        """Dollars for a million input tokens of ``provider,model``: what ``least-cost`` compares."""
        name, _, model = target.partition(",")
        provider = self._settings.provider(name)
        known = self.of(provider, model) if provider is not None else None
        return known.price.input if known is not None else None

    def _of_entry(self, provider: Provider, model: str) -> Known | None:
        price = provider.facts_of(model).price
        return Known(price, "config") if price is not None else None

    def _of_section(self, provider: Provider, model: str) -> Known | None:
        names = names_of(model)
        both = [f"{provider.name.lower()},{name}" for name in names]
        price = self._section.find([*both, *names])
        return Known(price, "Prices") if price is not None else None

    def _of_catalogue(self, provider: Provider, model: str) -> Known | None:
        price = self._catalogue.find(provider.preset or provider.name, names_of(model))
        return Known(price, "prices.json", self._catalogue.taken) if price is not None else None

    def _of_local(self, provider: Provider, model: str) -> Known | None:  # noqa: ARG002 - any of its models
        return Known(FREE, "local") if provider.local else None

    def _of_package(self, provider: Provider, model: str) -> Known | None:
        row = packaged().get(provider.preset or "")
        price = row.patterns.find(names_of(model)) if row is not None else None
        return Known(price, row.source, str(CHECKED)) if row is not None and price is not None else None

    @cached_property
    def _section(self) -> Patterns:
        return Patterns(self._settings.prices)

    @cached_property
    def _catalogue(self) -> Catalogue:
        """A file that cannot be read is as good as none: `ccr prices` says what is wrong with it."""
        try:
            return read_catalogue(self._settings.path)
        except (OSError, msgspec.MsgspecError):
            return Catalogue("", "", {})
