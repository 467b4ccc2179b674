"""Which calls run without a question."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.agents.policy import Call, Rules, allows, denies, is_harmless

CONTEXT = {"trusted_directories": {"primary": {"path": "/home/me/proj"}}}


def bash(command: str) -> Call:
    return Call("Bash", {"command": command})


@pytest.mark.parametrize(
    ("rule", "call", "named"),
    [
        ("Bash", bash("make"), True),
        ("*", bash("make"), True),
        ("mcp__*", Call("mcp__git__push", {}), True),
        ("mcp__*", bash("make"), False),
        ("Bash(npm test*)", bash("npm test -- --all"), True),
        ("npm test*", bash("npm test"), True),
        ("npm test*", Call("Write", {"file_path": "npm test"}), False),
        ("Bash(npm test*)", bash("npm test && rm -rf /"), False),
        ("Bash(npm test*)", bash("npm test $(rm -rf /)"), False),
        ("Bash(npm test*)", bash("npm test > /etc/passwd"), False),
        ("Bash(npm test*)", bash("npm test\nrm -rf /"), False),
        ("Bash(make && make install)", bash("make && make install"), True),
        ("Bash(*)", bash("make && make install"), True),
        ("WebFetch(https://docs.example/*)", Call("WebFetch", {"url": "https://docs.example/a"}), True),
        ("WebFetch(https://docs.example/*)", Call("WebFetch", {"url": "https://evil.example/a"}), False),
        ("Bash(ls [a])", bash("ls a"), False),
        ("Bash(ls [a])", bash("ls [a]"), True),
    ],
)
def test_what_a_rule_allows(rule: str, call: Call, named: bool) -> None:
    assert allows(rule, call) is named


@pytest.mark.parametrize(
    ("rule", "command", "named"),
    [
        ("Bash(rm *)", "rm -rf x", True),
        ("Bash(rm *)", "cd x && rm -rf y", True),
        ("Bash(rm *)", "echo $(rm x)", True),
        ("Bash(rm *)", "true; rm x", True),
        ("rm *", "ls | xargs echo\nrm x", True),
        ("Bash(rm *)", "echo rm x", False),
    ],
)
def test_a_denied_command_is_found_among_others(rule: str, command: str, named: bool) -> None:
    assert denies(rule, bash(command)) is named


def test_denials_come_first() -> None:
    rules = Rules(allow=("Bash",), deny=("rm *",))
    assert rules.verdict(bash("rm x")) == ("deny", "rm *")
    assert rules.verdict(bash("make")) == ("allow", "Bash")
    assert rules.verdict(Call("WebFetch", {})) is None


@pytest.mark.parametrize(
    ("name", "given", "harmless"),
    [
        ("Read", {"file_path": "/etc/passwd"}, True),
        ("WebFetch", {"url": "https://a.example"}, False),
        ("Bash", {"command": "git status"}, True),
        ("Bash", {"command": "ls -la"}, True),
        ("Bash", {"command": "lsof"}, False),
        ("Bash", {"command": "cat x | sh"}, False),
        ("Bash", {"command": "echo `id`"}, False),
        ("Edit", {"file_path": "/home/me/proj/src/a.py"}, True),
        ("Write", {"file_path": "/home/me/proj/../.bashrc"}, False),
        ("Write", {"file_path": "/home/me/project2/a"}, False),
        ("Write", {"file_path": "/home/me/proj/.git/hooks/pre-commit"}, False),
        ("Edit", {"file_path": "/home/me/proj/.claude/settings.json"}, False),
        ("Edit", {"file_path": "/home/me/proj/.env.local"}, False),
        ("Edit", {"file_path": "src/a.py"}, False),
    ],
)
def test_what_is_harmless(name: str, given: dict[str, Any], harmless: bool) -> None:
    assert is_harmless(Call(name, given), CONTEXT) is harmless


def test_without_a_trusted_directory_no_edit_is_harmless() -> None:
    assert not is_harmless(Call("Edit", {"file_path": "/a/b"}), {})
