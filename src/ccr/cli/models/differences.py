"""A change of the file in plain words, one line each; keys are masked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ccr.cli.models.entries import entries, key_of, models_of, names
from ccr.config.saving.secrets import mask
from ccr.config.variables import child

Value = Mapping[str, Any]

FEW = 6
"""Models that are told by name."""


def differences(old: Value, new: Value) -> list[str]:
    """What is another in ``new``. Keys that look secret are masked on both sides."""
    before, after = mask(dict(old)), mask(dict(new))
    called = _renamed(before, after)
    rest = [key for key in {**before, **after} if key not in {key_of(before), key_of(after)}]
    lines = [*_providers(before, after, called)]
    for key in rest:
        lines += _values(before.get(key), after.get(key), key)
    if not lines and json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True):
        lines = ["a key is another"]  # two secrets that look alike masked
    return lines


def _renamed(before: Value, after: Value) -> dict[str, str]:
    """The new name of a provider that has another one in the same place."""
    old, new = names(before), names(after)
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    same = len(old) == len(new) and len(gone) == len(come) == 1
    return {gone[0]: come[0]} if same and old.index(gone[0]) == new.index(come[0]) else {}


def _providers(before: Value, after: Value, called: Mapping[str, str]) -> Iterator[str]:
    old = {called.get(one["name"], one["name"]): one for one in entries(before)}
    new = {one["name"]: one for one in entries(after)}
    for was, now in called.items():
        yield f"the provider {was} is called {now}"
    for name in old:
        if name not in new:
            yield f"- provider {name}"
    for name, entry in new.items():
        yield from _entry(name, old[name], entry) if name in old else _new(name, entry)
    stay = [name for name in old if name in new]
    if stay != [name for name in new if name in old]:
        yield f"providers in this order: {', '.join(new)}"


def _new(name: str, entry: Value) -> Iterator[str]:
    yield f"+ provider {name}" + (f" with {_models(models_of(entry))}" if models_of(entry) else "")
    for key, item in entry.items():
        if key not in ("name", "models"):
            yield f"    {key}: {_shown(item)}"


def _models(models: list[str]) -> str:
    shown = ", ".join(models[:FEW]) + (f" and {len(models) - FEW} more" if len(models) > FEW else "")
    return f"{'the model' if len(models) == 1 else f'{len(models)} models:'} {shown}"


def _entry(name: str, old: Value, new: Value) -> Iterator[str]:
    before, after = models_of(old), models_of(new)
    yield from (f"- model {name},{model}" for model in before if model not in after)
    yield from (f"+ model {name},{model}" for model in after if model not in before)
    if [one for one in before if one in after] != [one for one in after if one in before]:
        yield f"models of {name} in this order: {', '.join(after)}"
    for key in {**old, **new}:
        if key not in ("name", "models"):
            yield from _values(old.get(key), new.get(key), f"{name}.{key}")


def _values(old: Any, new: Any, path: str) -> Iterator[str]:
    """Differences within one value, as deep as both are objects."""
    if json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from _values(old.get(key), new.get(key), child(path, key))
    elif isinstance(new, dict) and old is None and path.partition(".")[0] in ("Router", "fallback"):
        for key, item in new.items():
            yield f"{child(path, key)}: {_shown(item)}"
    elif new is None:
        yield f"{path}: no more (it was {_shown(old)})"
    else:
        yield f"{path}: {_shown(new)}" + ("" if old is None else f" (it was {_shown(old)})")


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value) or "none"
    return json.dumps(value, ensure_ascii=False)
