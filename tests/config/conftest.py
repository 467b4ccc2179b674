"""Writing a configuration and reading it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ccr.config import ConfigError, Settings, load

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what users write
EVERYWHERE_6 = "::"

Write = Callable[..., Path]
Read = Callable[..., Settings]
Mistakes = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes ``config.json``: text as it is, anything else as JSON."""

    def write(config: object, name: str = "config.json") -> Path:
        path = tmp_path / name
        path.write_text(config if isinstance(config, str) else json.dumps(config), "utf-8")
        return path

    return write


@pytest.fixture
def read(write: Write) -> Read:
    """Loads a configuration with no environment but the one given."""

    def read(config: object, env: Mapping[str, str] | None = None, **more: Any) -> Settings:
        return load(write(config), env or {}, **more)

    return read


@pytest.fixture
def mistakes(read: Read) -> Mistakes:
    """What is said of a configuration that must be refused, without its first line (which names the file)."""

    def mistakes(config: object, env: Mapping[str, str] | None = None, **more: Any) -> str:
        with pytest.raises(ConfigError) as caught:
            read(config, env, **more)
        return str(caught.value).partition("\n")[2]

    return mistakes
