"""What a provider's protocol or credential needs beyond URL and key: project, location, region, …"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ccr.config import syntax
from ccr.config.draft import Draft
from ccr.config.presets import OptionRow


def of(begun: Draft, env: Mapping[str, str]) -> dict[str, Any]:
    """The entry's keys that have no meaning here, over what the preset knows where to find."""
    rows = begun.preset.options if begun.preset else {}
    found = {name: value for name, row in rows.items() if (value := _found(row, env)) is not None}
    return {**found, **begun.options, **(begun.entry.model_extra or {})}


def _found(row: OptionRow, env: Mapping[str, str]) -> str | None:
    by_variable = next((env[name] for name in row.env if env.get(name)), None)
    return by_variable or _in_file(env.get(row.file, ""), row.key) or row.default


def _in_file(path: str, key: str) -> str | None:
    """A text in a JSON file, such as the project in a service account's; None when there is none."""
    if not path:
        return None
    try:
        value = syntax.parse(syntax.decode(Path(path).expanduser().read_bytes()))
    except (OSError, syntax.SyntaxMistake):
        return None
    text = value.get(key) if isinstance(value, dict) else None
    return text if isinstance(text, str) and text else None
