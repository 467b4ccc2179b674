"""Shapes and the plain classes that stand for them."""

from __future__ import annotations

from importlib import import_module
from typing import Any, get_type_hints

import pytest
from pydantic import BaseModel

from ccr.config import resilience
from ccr.config.prices import Long, Peak, Price
from ccr.config.shapes import prices
from ccr.config.shapes import resilience as written
from ccr.config.shapes.twins import settled

SECTIONS = {
    "agents": ("WebSearch", "Safeguards"),
    "ledger": ("Ledger", "Database"),
    "limits": ("Queue",),
    "prices": ("Rates", "Long", "Peak", "Price"),
    "resilience": ("Resilience", *(kind.__name__ for kind in written.PARTS.values())),
    "state": ("Redis",),
}
PAIRS = [
    pytest.param(
        getattr(import_module(f"ccr.config.{section}"), name),
        getattr(import_module(f"ccr.config.shapes.{section}"), name),
        id=name,
    )
    for section, names in SECTIONS.items()
    for name in names
]


@pytest.mark.parametrize(("kind", "shape"), PAIRS)
def test_a_shape_and_its_twin_have_the_same_fields(kind: type[Any], shape: type[BaseModel]) -> None:
    assert list(get_type_hints(kind)) == list(shape.model_fields)


@pytest.mark.parametrize(("kind", "shape"), PAIRS)
def test_a_shape_that_says_nothing_is_its_twin_at_its_defaults(
    kind: type[Any], shape: type[BaseModel]
) -> None:
    needed: dict[str, Any] = {name: "x" for name, field in shape.model_fields.items() if field.is_required()}
    assert settled(kind, shape.model_construct(**needed)) == kind(**needed)


def test_keys_that_nobody_knows_are_left_out() -> None:
    shape = written.Resilience.model_validate({"retry": {"attempts": 7, "own": 1}, "own": 2})
    assert settled(resilience.Resilience, shape).retry == resilience.Retry(attempts=7)


def test_what_may_be_missing_is_settled_where_it_is_there() -> None:
    shape = prices.Price.model_validate(
        {"input": 1, "long": {"above": 9, "cacheRead": 2}, "peak": {"hours": "01:00-04:00"}}
    )
    assert settled(Price, shape) == Price(
        input=1.0, long=Long(above=9, cache_read=2.0), peak=Peak(hours=("01:00-04:00",))
    )
