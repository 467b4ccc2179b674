"""Every command that the README shows works as it stands there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ccr.config import load
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
BY_OTHERS = {
    "./scripts/run": "started by hand from a fresh clone before a release: it stays in the foreground",
    "pip install .": "done by scripts/setup with the same metadata",
}
CLAUDE = '#!/bin/sh\nif [ -n "$ANTHROPIC_BASE_URL" ]; then echo through the router; else exit 9; fi\n'


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    text = "\n".join(blocks("sh")).replace("\\\n", "")
    return [line.split("   #")[0].strip() for line in text.splitlines() if line.strip()]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A new user's environment, with a client that tells whether it was sent through the router."""
    claude = tmp_path / "claude"
    claude.write_text(CLAUDE)
    claude.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "CCR_PORT": str(free_port()), "TMPDIR": str(tmp_path)}


def run(command: str, env: dict[str, str]) -> str:
    command = command.replace(":3456", f":{env['CCR_PORT']}")
    ran = subprocess.run(
        ["bash", "-c", command], env=env, capture_output=True, text=True, check=False, timeout=50
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="the README's commands are for a POSIX shell")
def test_the_commands_in_their_order(env: dict[str, str]) -> None:
    shown = commands()
    assert set(BY_OTHERS) <= set(shown)
    run("ccr start --daemon", env)
    try:
        said = {
            command: run(command, env)
            for command in shown
            if command not in BY_OTHERS and command != "ccr stop"
        }
    finally:
        run("ccr stop", env)
    answer = json.loads(next(text for command, text in said.items() if command.startswith("curl")))
    assert answer["type"] == "message"
    assert "through the router" in said["ccr code"]
    assert (ROOT / "scripts" / "run").stat().st_mode & 0o111


def test_the_configuration_loads(tmp_path: Path) -> None:
    for number, text in enumerate(blocks("json")):
        path = tmp_path / f"{number}.json"
        path.write_text(text)
        settings = load(path, {"OPENROUTER_API_KEY": "k"})
        assert settings.warnings == ()
        assert settings.router["background"] == "local,qwen3-coder"


def test_the_files_it_names_are_there() -> None:
    for name in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / name).exists(), name
