"""Version 3 of the original: ``config.sqlite``."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ccr.config.importing import version3
from ccr.config.importing.found import Unreadable

CONFIG = {
    "HOST": "127.0.0.1",
    "PORT": 3457,
    "Providers": [
        {
            "id": "1",
            "name": "old",
            "type": "openai_chat_completions",
            "baseUrl": "https://old.example/v1",
            "enabled": False,
            "models": ["x"],
        },
        {
            "id": "2",
            "name": "Kimi, coding",
            "enabled": True,
            "type": "anthropic_messages",
            "baseUrl": "https://api.kimi.com/coding/",
            "credentials": [
                {"api_key": "kimi-key-one", "weight": 2},
                {"api_key": "kimi-key-two", "enabled": False},
            ],
            "models": ["kimi-for-coding"],
            "modelMetadata": {"kimi-for-coding": {"contextWindow": 262144}},
            "extraHeaders": {"x-a": "1"},
            "icon": "…",
        },
    ],
    "Router": {"builtInRules": {}, "fallback": {"mode": "off"}, "rules": []},
    "toolHub": {"enabled": True},
}


def database(tmp_path: Path, config: Any = CONFIG, encryption: str = "plain") -> Path:
    path = tmp_path / "config.sqlite"
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE app_config (key TEXT PRIMARY KEY, value_json TEXT, updated_at TEXT)")
        made.execute(
            "CREATE TABLE api_keys (id TEXT, name TEXT, encrypted_key TEXT, encryption TEXT, created_at TEXT)"
        )
        made.execute("INSERT INTO app_config VALUES ('default', ?, '')", (json.dumps(config),))
        made.execute("INSERT INTO api_keys VALUES ('a', 'laptop', 'client-key', ?, '')", (encryption,))
        made.commit()
    return path


def test_providers_keys_clients_and_the_default_route_are_taken_over(tmp_path: Path) -> None:
    found = version3.read(database(tmp_path))
    old, kimi = found.config["Providers"]
    assert old == {
        "name": "old",
        "protocol": "openai_chat_completions",
        "api_base_url": "https://old.example/v1",
        "models": ["x"],
        "enabled": False,
    }
    assert kimi["name"] == "Kimi coding"
    assert kimi["api_key"] == [
        {"key": "$KIMI_CODING_API_KEY", "weight": 2},
        {"key": "$KIMI_CODING_API_KEY_2", "enabled": False},
    ]
    assert kimi["modelMetadata"] == {"kimi-for-coding": {"contextWindow": 262144}}
    assert found.config["APIKEYS"] == [{"name": "laptop", "key": "$CCR_CLIENT_LAPTOP_API_KEY"}]
    assert found.config["Router"] == {"default": "Kimi coding,kimi-for-coding"}
    assert found.config["PORT"] == 3457
    assert found.variables == {
        "KIMI_CODING_API_KEY": "kimi-key-one",
        "KIMI_CODING_API_KEY_2": "kimi-key-two",
        "CCR_CLIENT_LAPTOP_API_KEY": "client-key",
    }
    assert found.notes == ["There is nothing like the ToolHub here; that is left out."]


def test_encrypted_keys_are_told_not_taken(tmp_path: Path) -> None:
    found = version3.read(database(tmp_path, encryption="safe-storage"))
    assert "APIKEYS" not in found.config
    assert "The key of the client 'laptop' is encrypted: make a new one." in found.notes


def test_the_file_is_not_changed(tmp_path: Path) -> None:
    path = database(tmp_path)
    before = path.read_bytes()
    version3.read(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["config.sqlite"]


@pytest.mark.parametrize(
    "content", [b"", b"no database at all, but some text that is long enough to be read"]
)
def test_what_is_no_such_database_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.sqlite"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=r"config\.sqlite"):
        version3.read(path)


def test_a_database_without_a_configuration_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no configuration of version 3"):
        version3.read(database(tmp_path, config=[]))
