"""Variables in the ``.env`` beside a configuration: where keys are kept apart from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from ccr.config import dotenv, source
from ccr.config.saving import files


def keep(path: Path, values: Mapping[str, str]) -> Path:
    """Puts variables into the ``.env`` beside ``path``, where lines of other variables stay. Gives that file.

    Raises ``ConfigError`` when what is there is no text, ``OSError``.
    """
    target = path.with_name(".env")
    text = source.text(target.read_bytes(), target) if target.exists() else ""
    files.write(target, with_values(text, values))
    return target


def forget(path: Path, names: Collection[str]) -> Path:
    """Takes variables out of the ``.env`` beside ``path``. Gives that file. Raises as ``keep`` does."""
    target = path.with_name(".env")
    files.write(target, dotenv.without(source.text(target.read_bytes(), target), names))
    return target


def with_values(text: str, values: Mapping[str, str]) -> str:
    """The text of a ``.env`` with these values; lines that gave one of the variables go."""
    text = dotenv.without(text, values)
    if text and not text.endswith("\n"):
        text += "\n"
    return text + "".join(f"{name}={_quoted(value)}\n" for name, value in values.items())


def _quoted(value: str) -> str:
    if re.fullmatch(r"[\w./:@%+,=-]+", value, re.ASCII):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
