"""From what the validator made of a section to the plain class that everybody uses."""

from __future__ import annotations

from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import BaseModel

T = TypeVar("T")


def settled(kind: type[T], shape: BaseModel) -> T:
    """The values of ``shape`` as ``kind``, a dataclass with fields of the same names; others are left out."""
    return kind(**{name: _value(getattr(shape, name), hint) for name, hint in get_type_hints(kind).items()})


def _value(value: Any, hint: Any) -> Any:
    if not isinstance(value, BaseModel):
        return value
    return settled(next(kind for kind in (*get_args(hint), hint) if kind is not NoneType), value)
