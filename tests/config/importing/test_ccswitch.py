"""cc-switch: the database, and the JSON before it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ccr.config.importing import ccswitch
from ccr.config.importing.found import Unreadable

COLUMNS = "id, app_type, name, settings_config, sort_index INTEGER, created_at INTEGER, is_current BOOLEAN"
ENTRIES: list[tuple[str, dict[str, Any], bool]] = [
    (
        "Zhipu GLM",
        {
            "ANTHROPIC_BASE_URL": "https://open.bigmodel.cn/api/anthropic",
            "ANTHROPIC_AUTH_TOKEN": "glm-key",
            "ANTHROPIC_MODEL": "glm-4.6",
            "ANTHROPIC_DEFAULT_HAIKU_MODEL": "glm-4.5-air",
        },
        True,
    ),
    (
        "Kimi",
        {"ANTHROPIC_BASE_URL": "https://api.moonshot.cn/anthropic", "ANTHROPIC_API_KEY": "$KIMI"},
        False,
    ),
    ("Claude Official", {}, False),
]


def database(tmp_path: Path) -> Path:
    path = tmp_path / "cc-switch.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute(f"CREATE TABLE providers ({COLUMNS})")
        for number, (name, env, current) in enumerate(ENTRIES):
            row = (str(number), "claude", name, json.dumps({"env": env}), number, 0, current)
            made.execute("INSERT INTO providers VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        made.execute("INSERT INTO providers VALUES ('c', 'codex', 'Codex', '{}', 0, 0, 1)")
        made.commit()
    return path


def older(tmp_path: Path) -> Path:
    path = tmp_path / "config.json"
    providers = {
        str(n): {"name": name, "settingsConfig": {"env": env}} for n, (name, env, _) in enumerate(ENTRIES)
    }
    path.write_text(json.dumps({"version": 2, "claude": {"providers": providers, "current": "0"}}))
    return path


@pytest.mark.parametrize("make", [database, older])
def test_claudes_providers_are_taken_over(tmp_path: Path, make: Any) -> None:
    found = ccswitch.read(make(tmp_path))
    assert found.config == {
        "Providers": [
            {
                "name": "Zhipu GLM",
                "protocol": "anthropic",
                "api_base_url": "https://open.bigmodel.cn/api/anthropic",
                "api_key": "$ZHIPU_GLM_API_KEY",
                "auth": "bearer",
                "models": ["glm-4.6", "glm-4.5-air"],
            },
            {
                "name": "Kimi",
                "protocol": "anthropic",
                "api_base_url": "https://api.moonshot.cn/anthropic",
                "api_key": "$KIMI",
                "auth": "x-api-key",
            },
        ],
        "Router": {"default": "Zhipu GLM,glm-4.6", "background": "Zhipu GLM,glm-4.5-air"},
    }
    assert found.variables == {"ZHIPU_GLM_API_KEY": "glm-key"}
    assert [said.partition("'")[2].partition("'")[0] for said in found.notes] == ["Kimi", "Claude Official"]


@pytest.mark.parametrize(("name", "text"), [("config.json", "{"), ("config.json", "[]"), ("x.db", "")])
def test_what_has_no_providers_is_told(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(Unreadable, match="no provider"):
        ccswitch.read(path)
