"""Changes of providers and models: a file's value in, another out; ``Refused`` where that cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from ccr.cli.models import references
from ccr.cli.models.entries import (
    Refused,
    entry,
    index,
    key_of,
    known_target,
    listed,
    models_of,
    names,
    replaced,
    split_target,
    with_models,
)
from ccr.cli.models.references import Reference

Value = dict[str, Any]


class Named(Refused):
    """Rules name what is to go."""

    def __init__(self, what: str, found: Sequence[Reference]) -> None:
        told = "\n".join(f"- {one.path}: {one.target}" for one in found)
        super().__init__(f"Rules name {what}:\n{told}\nChange them first; --force takes it out of them.")
        self.found = tuple(found)


def added(value: Value, new: Mapping[str, Any]) -> Value:
    """With one more provider, behind the others."""
    if new["name"].lower() in map(str.lower, names(value)):
        raise Refused(f"There is a provider '{new['name']}' already: `ccr provider edit` changes it.")
    return {**value, key_of(value): [*listed(value), dict(new)]}


def edited(value: Value, name: str, changes: Mapping[str, Any]) -> Value:
    """With other values under some keys of the entry; None takes a key out."""
    at, old = index(value, name), entry(value, name)
    by_place = {written_as(old, key): new for key, new in changes.items()}
    made = {key: by_place.get(key, item) for key, item in old.items()} | by_place
    return replaced(value, at, {key: item for key, item in made.items() if item is not None})


def removed(value: Value, name: str, *, force: bool = False) -> Value:
    """Without the provider; ``force`` takes it out of the rules, too. Raises ``Named``."""
    at = index(value, name)
    found = references.of(value, name)
    if found and not force:
        raise Named(f"the provider '{entry(value, name)['name']}'", found)
    every = listed(value)
    cleaned = references.without(value, name)
    return {**cleaned, key_of(value): [*every[:at], *every[at + 1 :]]}


def renamed(value: Value, old: str, new: str) -> Value:
    """With another name, in the rules as well."""
    at, before = index(value, old), entry(value, old)
    others = [name.lower() for name in names(value) if name != before["name"]]
    if new.lower() in others:
        raise Refused(f"There is a provider '{new}' already.")
    ruled = references.renamed(value, before["name"], new)
    return replaced(ruled, at, {**before, "name": new})


def with_added_models(value: Value, wanted: Iterable[str]) -> Value:
    """With these ``provider,model``, behind the others of their providers."""
    for target in wanted:
        name, model = split_target(target)
        old = entry(value, name)
        if model not in models_of(old):
            value = replaced(value, index(value, name), with_models(old, [*models_of(old), model]))
    return value


def without_models(value: Value, unwanted: Iterable[str], *, force: bool = False) -> Value:
    """Without these ``provider,model``, nor transformers of theirs. Raises ``Named``."""
    for target in unwanted:
        value = _without_model(value, known_target(value, target), force=force)
    return value


def _without_model(value: Value, target: str, *, force: bool) -> Value:
    name, model = split_target(target)
    old = entry(value, name)
    if model not in models_of(old):
        there = ", ".join(models_of(old)) or "none"
        raise Refused(f"{name} lists no model '{model}'. It lists: {there}.")
    found = references.of(value, name, model)
    if found and not force:
        raise Named(target, found)
    left = with_models(old, [one for one in models_of(old) if one != model])
    if isinstance(uses := left.get("transformer"), dict) and model != "use":
        left["transformer"] = {key: item for key, item in uses.items() if key != model}
    return replaced(references.without(value, name, model), index(value, name), left)


def written_as(entry: Mapping[str, Any], key: str) -> str:
    """The spelling that this entry has for a key."""
    return next((name for name in _spellings().get(key, ()) if name in entry), key)


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    from pydantic import AliasChoices

    from ccr.config.schema import Provider

    found = {name: field.validation_alias for name, field in Provider.model_fields.items()}
    return {
        name: tuple(one for one in alias.choices if isinstance(one, str))
        for name, alias in found.items()
        if isinstance(alias, AliasChoices)
    }
