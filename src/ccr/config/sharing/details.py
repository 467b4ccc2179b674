"""All there is to tell about an installed preset, as JSON, without a secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ccr.config.manifest import METADATA, configuration
from ccr.config.problems import ConfigError, Problem
from ccr.config.saving.secrets import mask
from ccr.config.saving.spotting import mask_text
from ccr.config.sharing.installing import body, code_in, shown
from ccr.config.sharing.limits import NotUsable
from ccr.config.sharing.questions import secret_ids


def details(manifest: Mapping[str, Any], folder: Path, problems: Iterable[Problem]) -> dict[str, Any]:
    """``config`` is what the answers make of it; its secrets are masked by name and by question."""
    told = shown(manifest)
    schema = told.get("schema")
    return {
        "metadata": {key: told[key] for key in METADATA if key in told},
        "config": _config(manifest),
        "schema": [one for one in schema if isinstance(one, dict) and one.get("id")]
        if isinstance(schema, list)
        else [],
        "template": told.get("template"),
        "configMappings": told.get("configMappings"),
        "userValues": told["userValues"] if isinstance(told.get("userValues"), dict) else {},
        "code": _code(folder),
        "problems": [
            {"path": one.path, "message": mask_text(one.message), "cure": one.cure} for one in problems
        ],
    }


def _config(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Secret answers are taken out before they reach any place."""
    given = manifest.get("userValues")
    hidden = secret_ids(manifest)
    values = {
        key: "••••••••" if key in hidden and not str(value).startswith("$") else value
        for key, value in (given.items() if isinstance(given, dict) else ())
    }
    try:
        made: dict[str, Any] = mask(configuration({**manifest, "userValues": values}))
    except ConfigError:
        made = mask(body(manifest))
    return made


def _code(folder: Path) -> list[str]:
    try:
        return code_in(folder)
    except (NotUsable, OSError):
        return []
