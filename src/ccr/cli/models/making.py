"""Entries made of what a person says: a known provider or an address, a key or the variable that holds it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ccr.cli.models import entries, uses
from ccr.cli.models.entries import Refused
from ccr.cli.models.providers import written_as
from ccr.cli.models.summary import preset_of
from ccr.config import syntax
from ccr.config.presets import Preset, presets
from ccr.config.problems import did_you_mean
from ccr.config.urls import filled

_PLACEHOLDER = re.compile(r"\{(?!model\})[a-z_]+\}")


class Key(NamedTuple):
    """``written`` stands in the file, None: nothing was said; ``variables`` go into ``.env``."""

    written: str | None
    variables: Mapping[str, str]


class Made(NamedTuple):
    entry: dict[str, Any]
    variables: Mapping[str, str]


def entry(
    name: str, preset: str, changes: Mapping[str, Any], given: str | None, models: Iterable[str]
) -> Made:
    """A new entry. ``preset``: the known provider, "" when name or address tells. Raises ``Refused``."""
    known = preset_named(preset) if preset else None
    begun = {"name": name, **(address(name, known, changes) if known else {}), **changes}
    made_of = known or preset_of(begun)
    usual = usual_variable(presets().provider[made_of], os.environ) if made_of else ""
    made = key(name, given if given is not None else usual and f"${usual}", made_of)
    whole = (
        begun | ({"api_key": made.written} if made.written else {}) | {"models": list(dict.fromkeys(models))}
    )
    return Made({item: value for item, value in whole.items() if value not in (None, [])}, made.variables)


def preset_named(text: str) -> str:
    """The id of a known provider. Raises ``Refused``."""
    found = presets().named(text)
    if found is None:
        cure = did_you_mean(text, presets().names, "`ccr provider presets` lists them.")
        raise Refused(f"No provider is known by the name '{text}'. {cure}")
    return found


def address(name: str, preset_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What tells a known provider where the name does not. Raises ``Refused``."""
    if presets().named(name) == preset_id or changes.get("api_base_url"):
        return {}
    preset = presets().provider[preset_id]
    protocol = changes.get("protocol") or preset.protocol
    template = preset.base_url.get(protocol) or preset.base_url[preset.protocol]
    url = filled(template, {**_defaults(preset), **changes})
    if _PLACEHOLDER.search(url) or "{model}" in url:
        raise Refused(f"{preset.title} is known by its name alone: call it '{preset_id}'.")
    return {"api_base_url": url}


def lost_by_renaming(entry: Mapping[str, Any], new: str) -> dict[str, Any]:
    """The address of a provider that was known by its name alone. Raises ``Refused``."""
    known = presets().named(entry["name"])
    if known is None or entry.get(written_as(entry, "api_base_url")) or entry.get("transformer"):
        return {}
    return address(new, known, entry)


def key(name: str, given: str | None, preset_id: str | None = None) -> Key:
    """A variable's name as it is; a key itself goes into ``.env`` under the variable that is usual for it."""
    if not given or "$" in given:
        return Key(given, {})
    usual = presets().provider[preset_id].key[:1] if preset_id else ()
    variable = next(iter(usual), "") or variable_for(name)
    if os.environ.get(variable, given) != given:  # the environment would win
        variable = f"CCR_{variable_for(name)}"
    return Key(f"${variable}", {variable: given})


def variable_for(name: str) -> str:
    """The variable for the key of a provider that is not known."""
    plain = re.sub(r"[^A-Z0-9]", "_", name.upper())
    return f"{'_' if plain[:1].isdigit() else ''}{plain}_API_KEY"


def usual_variable(preset: Preset, env: Mapping[str, str]) -> str:
    """The variable that usually holds the key of a known provider, rather one that is set; "": none."""
    if preset.local or not preset.key:
        return ""
    return next((one for one in preset.key if env.get(one)), preset.key[0])


def pairs(texts: Iterable[str]) -> dict[str, Any]:
    """``name=value``, the values read as JSON5 and as text when they are none. Raises ``Refused``."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise Refused(f"'{text}' should be NAME=VALUE.")
        found[name] = parsed(value)
    return found


def parsed(text: str) -> Any:
    """The value that a text means."""
    try:
        return syntax.parse(text)
    except syntax.SyntaxMistake:
        return text


def with_use(
    value: dict[str, Any], name: str, transformer: str, options: Mapping[str, Any], model: str | None
) -> dict[str, Any]:
    """The file with a transformer at a provider, or at one of its models. Raises ``Refused``."""
    at, old = entries.index(value, name), entries.entry(value, name)
    if model is not None and model not in entries.models_of(old):
        there = ", ".join(entries.models_of(old)) or "none"
        raise Refused(f"{old['name']} lists no model '{model}'. It lists: {there}.")
    known = preset_of(old)
    usual = presets().provider[known].use if known else ()
    return entries.replaced(value, at, uses.with_use(old, transformer, options, model, usual))


def without_use(value: dict[str, Any], name: str, transformer: str, model: str | None) -> dict[str, Any]:
    """The file without it. Raises ``Refused``."""
    at, old = entries.index(value, name), entries.entry(value, name)
    return entries.replaced(value, at, uses.without_use(old, transformer, model))


def _defaults(preset: Preset) -> dict[str, Any]:
    return {name: row.default for name, row in preset.options.items() if row.default}
