"""What is to run does not depend on the shell or the folder in which it was installed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from ccr.cli.autostart.definition import defined, missing
from ccr.cli.options import Options

ENV = {
    "HOME": "/home/me",
    "PATH": "/usr/bin",
    "OPENROUTER_API_KEY": "sk-1",
    "HTTPS_PROXY": "http://u:p@proxy",
}


def test_it_runs_this_python_with_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b.json").write_text("{}")
    made = defined(Options(port=4000, config="a b.json", verbose=True), 4000, ENV)
    start = [sys.executable, "-P", "-m", "ccr", "start"]
    assert made.words == [*start, "--port", "4000", "--config", str(tmp_path / "a b.json"), "--verbose"]


def test_no_secret_of_the_shell_is_written() -> None:
    made = defined(Options(), 3456, ENV)
    assert set(made.env) <= {"HOME", "PATH"}
    assert "sk-1" not in str(made)


def test_each_port_has_a_service_of_its_own() -> None:
    assert defined(Options(), 3456, ENV).name == "claude-code-router"
    assert defined(Options(port=4000), 4000, ENV).name == "claude-code-router-4000"


def test_variables_that_only_the_shell_has_are_missed(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"a": "$OPENROUTER_API_KEY", "b": "$HOME/x", "c": "$NOWHERE", "d": "${X:-y}"}))
    assert missing(path, ENV) == ["OPENROUTER_API_KEY"]
    (tmp_path / ".env").write_text("OPENROUTER_API_KEY=sk-2")
    assert missing(path, ENV) == []
