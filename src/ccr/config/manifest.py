"""A preset's ``manifest.json`` to the configuration it stands for. Pure: no file is read.

Beside the configuration a manifest has metadata; questions to whoever installs it (``schema``) and their
answers (``userValues``); a ``template`` in the place of the configuration; and ``configMappings``, values for
one place each. ``#{id}`` and ``{{id}}`` in a text stand for an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ccr.config.mappings import holds, put
from ccr.config.problems import ConfigError, Problem
from ccr.config.variables import child

METADATA = (
    "name",
    "version",
    "description",
    "author",
    "homepage",
    "repository",
    "license",
    "keywords",
    "ccrVersion",
    "source",
    "sourceType",
    "checksum",
)
DYNAMIC = ("schema", "template", "configMappings", "userValues")

_VARIABLE = re.compile(r"#\{(\w+)\}|\{\{\s*(\w+)\s*\}\}")


def configuration(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The preset's part of the configuration. Raises ``ConfigError``; its paths are those of the manifest."""
    return _Manifest(manifest).configuration()


class _Manifest:
    """A manifest on its way. Mutable state: the problems met so far."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.manifest = manifest
        self.schema = {str(item.get("id")): item for item in _objects(manifest.get("schema"))}
        given = manifest.get("userValues")
        self.given: dict[str, Any] = given if isinstance(given, dict) else {}
        defaults = {name: item.get("defaultValue") for name, item in self.schema.items()}
        self.values = {name: v for name, v in {**defaults, **self.given}.items() if v not in (None, "")}
        self.problems: list[Problem] = []

    def configuration(self) -> dict[str, Any]:
        config = {key: self._fill(value, braces=key != "StatusLine") for key, value in self._parts().items()}
        for number, mapping in enumerate(_objects(self.manifest.get("configMappings"))):
            if holds(mapping.get("when"), self.values):
                value = self._fill(mapping.get("value"), braces=True)
                self._put(config, str(mapping.get("target")), value, f"configMappings[{number}].target")
        for target, value in self.given.items():
            if "." in target or "[" in target:
                self._put(config, target, value, child("userValues", target))
        if self.problems:
            raise ConfigError(list(dict.fromkeys(self.problems)))
        return config

    def _parts(self) -> Mapping[str, Any]:
        template = self.manifest.get("template")
        if isinstance(template, dict):
            return template
        left_out = {*METADATA, *DYNAMIC, *self.schema}
        return {key: value for key, value in self.manifest.items() if key not in left_out}

    def _put(self, config: dict[str, Any], target: str, value: Any, place: str) -> None:
        if wrong := put(config, target, value):
            self.problems.append(Problem(place, f'"{target}" {wrong}'))

    def _fill(self, value: Any, *, braces: bool) -> Any:
        """The value with its variables filled in; a status line has ``{{…}}`` of its own (``braces``)."""
        if isinstance(value, str):
            return self._text(value, braces=braces)
        if isinstance(value, list):
            return [self._fill(item, braces=braces) for item in value]
        if isinstance(value, dict):
            return {key: self._fill(item, braces=braces) for key, item in value.items()}
        return value

    def _text(self, text: str, *, braces: bool) -> Any:
        """A text that is one variable becomes its answer, whatever that is: a number, a list, …"""
        whole = _VARIABLE.fullmatch(text)
        if whole is not None:
            return self._answer(whole, braces=braces)
        return _VARIABLE.sub(lambda match: _written(self._answer(match, braces=braces)), text)

    def _answer(self, match: re.Match[str], *, braces: bool) -> Any:
        """An answer; nothing for what was not asked. Double braces that mean nothing here stay."""
        name = match[1] or match[2]
        if match[1] is None and not (braces and (name in self.values or name in self.schema)):
            return match[0]
        if name not in self.values and self._is_wanted(name):
            label = self.schema[name].get("label") or self.schema[name].get("prompt") or name
            message = f'has no value ("{label}"), which the preset asks for.'
            self.problems.append(Problem(child("userValues", name), message, "Write it there."))
        return self.values.get(name, "")

    def _is_wanted(self, name: str) -> bool:
        asked = self.schema.get(name)
        return (
            asked is not None and asked.get("required") is not False and holds(asked.get("when"), self.values)
        )


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _written(value: Any) -> str:
    """An answer inside a longer text."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(_written, value)) if isinstance(value, list) else str(value)
