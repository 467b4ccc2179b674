"""The validator's complaints in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ccr.config.problems import Problem, shown
from ccr.config.saving.spotting import is_secret
from ccr.config.variables import child

M = TypeVar("M", bound=BaseModel)

_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "text in quotes",
    "list": "a list: [ … ]",
    "dict": "an object: { … }",
    "model": "an object: { … }",
}
#: names of fields that differ from what stands in the file
_ENTRY_OF = {"model_metadata": "modelMetadata"}


def validate(model: type[M], value: Mapping[str, Any], path: str) -> tuple[M | None, list[Problem]]:
    """The value as ``model``, or None and a problem for everything wrong with it."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [_problem(details, path) for details in error.errors(include_url=False)]


def _problem(error: ErrorDetails, path: str) -> Problem:
    for part in error["loc"]:
        path = child(path, _ENTRY_OF.get(str(part), part) if isinstance(part, str) else part)
    return Problem(path, _message(error, _given(error)))


def _given(error: ErrorDetails) -> str:
    """Words for what stands there; of a key no more than its kind."""
    value = error["input"]
    secret = any(isinstance(part, str) and part != "auth" and is_secret(part) for part in error["loc"])
    if secret and isinstance(value, str):
        return "a text"
    return "a number" if secret and type(value) in (int, float) else shown(value)


def _message(error: ErrorDetails, given: str) -> str:
    """``given`` are words for what stands there."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "is missing."
    if kind == "string_too_short":
        return "is empty."
    if kind == "value_error":
        return f"{context.get('error', error['msg'])}."
    if kind == "literal_error":
        return f"should be {context.get('expected')}, not {given}."
    if kind in ("greater_than", "greater_than_equal", "less_than_equal"):
        return f"{error['msg'].removeprefix('Input ')}, not {given}."
    wanted = _KINDS.get(kind.split("_")[0])
    return f"should be {wanted}, not {given}." if wanted else f"{error['msg']}."
