from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ccr.config import load
from ccr.config.address import reachable
from ccr.config.peek import peek
from tests.config.conftest import EVERYWHERE, EVERYWHERE_6, Write

CONFIGS = [
    {},
    {"HOST": EVERYWHERE, "PORT": 4000},
    {"HOST": EVERYWHERE, "PORT": "4000", "APIKEY": "$KEY"},
    {"PORT": "$PORT_OF_IT", "APIKEY": "k"},
    {"HOST": "", "PORT": "", "APIKEY": ""},
    {"HOST": "[::1]"},
]
ENVS = [
    {},
    {"CCR_HOST": "127.0.0.9", "CCR_PORT": "5000"},
    {"SERVICE_PORT": "6000", "CCR_HOST": EVERYWHERE},
]


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("env", ENVS)
def test_it_agrees_with_load(config: dict[str, object], env: dict[str, str], write: Write) -> None:
    path = write(config)
    env = {"KEY": "k1", "PORT_OF_IT": "7000", "CCR_CONFIG_PATH": str(path), **env}
    seen, settings = peek(env), load(None, env)
    assert (seen.path, seen.found, seen.error) == (settings.path, settings.found, None)
    assert (seen.host, seen.port, seen.apikey) == (settings.host, settings.port, settings.apikey)
    assert seen.raw == settings.raw


@pytest.mark.parametrize("text", ["{", '{"PORT": 99999, "HOST": 3, "APIKEY": []}'])
def test_a_broken_file_leaves_the_defaults(text: str, write: Write) -> None:
    seen = peek({}, write(text))
    assert (seen.host, seen.port, seen.apikey, seen.found) == ("127.0.0.1", 3456, None, True)
    assert (seen.error is not None) == (text == "{")


def test_a_missing_file_leaves_the_defaults(tmp_path: Path) -> None:
    seen = peek({"HOME": str(tmp_path)})
    assert seen.path == tmp_path / ".claude-code-router" / "config.json"
    assert (seen.found, seen.port, seen.error) == (False, 3456, None)


def test_it_imports_neither_validator_nor_parser(write: Write) -> None:
    path = write('{"PORT": 4000, // a comment\n}')
    heavy = ["pydantic", "json5", "msgspec", "dataclasses", "difflib"]
    code = (
        "import json, sys; from ccr.config.peek import peek;"
        f"port = peek({{}}, {str(path)!r}).port;"
        f"print(json.dumps([port, [name for name in {heavy} if name in sys.modules]]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [4000, []]


def test_all_interfaces_are_called_by_loopback() -> None:
    assert [reachable(host) for host in (EVERYWHERE, EVERYWHERE_6, "127.0.0.1", "10.0.0.1")] == [
        "127.0.0.1",
        "127.0.0.1",
        "127.0.0.1",
        "10.0.0.1",
    ]
