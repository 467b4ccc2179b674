"""Where replicas share their state: ``Redis`` of the file, or ``REDIS_URL``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ccr.config import ConfigError, Settings, load
from ccr.config.shapes import state


def loaded(folder: Path, redis: Any, **env: str) -> Settings:
    path = folder / "config.json"
    path.write_text(json.dumps({"Redis": redis}))
    return load(path, env)


@pytest.mark.parametrize(
    ("section", "address"),
    [
        ("redis://r:1/2", "redis://r:1/2"),
        ({"url": "rediss://u:p@r", "prefix": "x:"}, "rediss://u:p@r"),
        ({"host": "r"}, "redis://r:6379/0"),
        ({"host": "::1", "port": 1, "password": "p@ss", "db": 3, "tls": True}, "rediss://:p%40ss@[::1]:1/3"),
    ],
)
def test_a_url_or_its_parts_say_where(tmp_path: Path, section: Any, address: str) -> None:
    redis = loaded(tmp_path, section).redis
    assert redis is not None
    assert redis.address == address


def test_nothing_said_is_no_redis(tmp_path: Path) -> None:
    assert [loaded(tmp_path, nothing).redis for nothing in ({}, None, {"url": ""})] == [None] * 3


def test_the_environment_wins_and_leaves_the_prefix(tmp_path: Path) -> None:
    redis = loaded(tmp_path, {"host": "r", "prefix": "x:"}, REDIS_URL="redis://env/1").redis
    assert redis is not None
    assert (redis.address, redis.prefix) == ("redis://env/1", "x:")


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"port": 1}, 'Redis: needs a "url", such as "redis://127.0.0.1:6379/0", or a "host".'),
        ({"url": "http://r"}, 'Redis: has an "url" that begins with none of redis://, rediss://, unix://.'),
        ({"url": "redis://"}, "names no host"),
        ({"url": "redis://r:port"}, "cannot be read"),
        ({"host": "r", "port": 0}, "Redis.port: should be greater than or equal to 1, not 0."),
    ],
)
def test_mistakes_are_told(tmp_path: Path, section: Any, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        loaded(tmp_path, section)
    assert words in str(raised.value)


def test_without_its_package_the_cure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"pip install 'ccrouter\[redis\]'"):
        loaded(tmp_path, "redis://r")


def test_no_secret_is_shown(tmp_path: Path) -> None:
    redis = loaded(tmp_path, {"url": "redis://user:secret@r:1/2"}).redis
    assert redis is not None
    assert redis.shown == "redis://r:1/2"
    assert "secret" not in repr(redis)
