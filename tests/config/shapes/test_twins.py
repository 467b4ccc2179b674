"""Shapes and the plain classes that stand for them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import ModuleType

import pytest
from pydantic import BaseModel

from ccr.config import resilience
from ccr.config.shapes import resilience as written
from ccr.config.shapes.twins import settled

TWINS: tuple[tuple[ModuleType, ModuleType], ...] = ((resilience, written),)

PAIRS = [
    (kind, getattr(shapes, name))
    for plain, shapes in TWINS
    for name, kind in vars(plain).items()
    if isinstance(kind, type) and is_dataclass(kind) and issubclass(getattr(shapes, name, object), BaseModel)
]


@pytest.mark.parametrize(("kind", "shape"), PAIRS, ids=lambda one: one.__name__)
def test_a_shape_and_its_twin_have_the_same_fields(kind: type, shape: type[BaseModel]) -> None:
    assert [field.name for field in fields(kind)] == list(shape.model_fields)


@pytest.mark.parametrize(("kind", "shape"), PAIRS, ids=lambda one: one.__name__)
def test_a_shape_that_says_nothing_is_its_twin_at_its_defaults(kind: type, shape: type[BaseModel]) -> None:
    if not any(field.is_required() for field in shape.model_fields.values()):
        assert settled(kind, shape()) == kind()


def test_keys_that_nobody_knows_are_left_out() -> None:
    shape = written.Resilience.model_validate({"retry": {"attempts": 7, "own": 1}, "own": 2})
    assert settled(resilience.Resilience, shape).retry == resilience.Retry(attempts=7)
