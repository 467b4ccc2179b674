"""Dialects, layer upon layer: family of models, preset, transformer names, the user's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ccr.config.dialect import Dialect
from ccr.config.problems import Problem, did_you_mean
from ccr.config.variables import child

FLAGS = tuple(field.name for field in msgspec.structs.fields(Dialect))
Flags = Mapping[str, Any]


def merged(*layers: Flags) -> dict[str, Any]:
    """The flags of all layers, later ones winning."""
    return {name: value for layer in layers for name, value in layer.items()}


def dialect(*layers: Flags) -> Dialect:
    """The dialect of all layers. Flags must have been checked."""
    return msgspec.convert(merged(*layers), Dialect)


def check(flags: Flags, path: str) -> list[Problem]:
    """What is wrong with flags a user wrote."""
    return [problem for name, value in flags.items() for problem in _check(name, value, child(path, name))]


def _check(name: str, value: Any, path: str) -> list[Problem]:
    if name not in FLAGS:
        return [
            Problem(path, "is no dialect flag.", did_you_mean(name, FLAGS, f"There are: {', '.join(FLAGS)}."))
        ]
    try:
        dialect({name: value})
    except msgspec.ValidationError as error:
        return [Problem(path, f"{str(error).partition(' - at')[0]}.")]
    return []
