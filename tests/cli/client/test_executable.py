"""Where Claude Code is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccr.cli.client.executable import NotFound, find


def program(path: Path, text: str = "#!/bin/sh\n") -> str:
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def test_the_configuration_wins_over_the_environment_and_the_path(tmp_path: Path) -> None:
    claude, a, b = (program(tmp_path / name) for name in ("claude", "a", "b"))
    env = {"PATH": str(tmp_path)}
    assert find(None, env) == [claude]
    assert find(None, env | {"CLAUDE_PATH": b}) == [b]
    assert find(a, env | {"CLAUDE_PATH": b}) == [a]


def test_a_path_may_have_spaces_or_be_a_command_with_arguments(tmp_path: Path) -> None:
    spaced = program(tmp_path / "my claude")
    npx = program(tmp_path / "npx")
    env = {"PATH": str(tmp_path)}
    assert find(spaced, env) == [spaced]
    assert find("npx -y '@anthropic-ai/claude-code'", env) == [npx, "-y", "@anthropic-ai/claude-code"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('"%~dp0\\node_modules\\cc\\bin\\claude.exe" %*', ["node_modules/cc/bin/claude.exe"]),
        ('"%_prog%"  "%dp0%\\node_modules\\cc\\cli.js" %*', ["node", "node_modules/cc/cli.js"]),
    ],
)
def test_starters_of_npm_for_windows_are_seen_through(tmp_path: Path, line: str, expected: list[str]) -> None:
    shim = program(tmp_path / "claude.cmd", f"@ECHO off\r\n{line}\r\n")
    *before, target = expected
    assert find(shim, {}) == [*before, str(tmp_path / target)]


def test_a_missing_program_gets_a_hint(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"(?s)not installed.*npm install"):
        find(None, {"PATH": str(tmp_path)})
    with pytest.raises(NotFound, match="CLAUDE_PATH names '/x/claude'"):
        find("/x/claude", {"PATH": str(tmp_path)})
