"""The status line as Claude Code gets it: something sensible on any input, never an error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pexpect
import pytest

from ccr.cli.statusline.line import line
from tests.cli.machine import DEADLINE, Machine
from tests.cli.statusline.conftest import SAID, Show

HEAVY = {
    *("aiohttp", "asyncio", "click", "fastapi", "http.client", "logging", "msgspec", "pydantic", "rich"),
    *(
        "socket",
        "sqlalchemy",
        "sqlite3",
        "ssl",
        "starlette",
        "subprocess",
        "tempfile",
        "threading",
        "uvicorn",
    ),
}

ANYTHING: dict[str, bytes] = {
    "empty": b"",
    "white space": b" \n",
    "garbage": b"}{ not json",
    "binary": bytes(range(256)) * 50,
    "null": b"null",
    "a number": b"17",
    "a list": b"[1, 2]",
    "huge": b'{"model": {"display_name": "' + b"x" * 5_000_000,
    "a long name": b'{"model": {"display_name": "' + b"x" * 1_000_000 + b'"}}',
    "deep": b"[" * 100_000,
    "wrong types": json.dumps(dict.fromkeys(SAID, 7)).encode(),
    "lists everywhere": json.dumps({key: [[]] for key in SAID}).encode(),
    "numbers nobody has": b'{"cost": {"total_cost_usd": 1e999, "total_duration_ms": NaN}, "context_window": '
    b'{"context_window_size": 0, "current_usage": {"input_tokens": -1e30}}}',
    "a folder that is gone": json.dumps({**SAID, "workspace": {"current_dir": "/gone/\u0000/x"}}).encode(),
    "no UTF-8": b'{"model": {"display_name": "\xff\xfe"}}',
    "half a surrogate": b'{"model": {"display_name": "a\\ud800b"}}',
    "control characters": json.dumps(
        {**SAID, "model": {"display_name": "a\x1b]0;t\x07\nb\x1b[2Jc"}}
    ).encode(),
}


def draw(machine: Machine, said: bytes, *args: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "ccr", "statusline", *args],
        input=said,
        env=machine.env | env,
        capture_output=True,
        timeout=DEADLINE,
        check=False,
    )


@pytest.mark.parametrize("what", ANYTHING)
def test_anything_gives_one_line_and_no_error(what: str, machine: Machine) -> None:
    done = draw(machine, ANYTHING[what], NO_COLOR="1")
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode()
    assert shown.endswith("\n")
    assert shown.count("\n") == 1
    assert 1 < len(shown) < 2_000
    assert shown[:-1].isprintable() or any(letter >= "\ue000" for letter in shown)
    assert "\x1b" not in shown


def test_a_configuration_with_mistakes_hinders_nothing(machine: Machine) -> None:
    for text in (
        '{"StatusLine": 7}',
        '{"StatusLine": {"default": {"modules": [1, null, {"text": 3}]}}}',
        "{{{",
        "",
    ):
        machine.configure(text)
        done = draw(machine, json.dumps(SAID).encode(), "no-such-preset")
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.strip()


def test_standard_input_that_is_closed_hinders_nothing(machine: Machine) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"{sys.executable}" -m ccr statusline <&-'],
        env=machine.env,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_person_in_a_terminal_sees_the_line_for_the_folder_at_once(machine: Machine) -> None:
    child: Any = pexpect.spawn(
        sys.executable,
        ["-m", "ccr", "statusline"],
        env={**machine.env, "TERM": "xterm-256color"},
        cwd=str(machine.home),
        encoding="utf-8",
        timeout=DEADLINE,
    )
    child.expect(machine.home.name)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_nothing_heavy_is_imported() -> None:
    code = "import sys; from ccr.cli import main; main.run(['statusline']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(SAID), capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stdout.splitlines()[-1].split())


def test_a_preset_has_a_line_of_its_own(folder: Path, own_home: Path) -> None:
    preset = folder / "presets" / "mine"
    preset.mkdir(parents=True)
    manifest = {
        "StatusLine": {"default": {"modules": [{"text": "hi #{who} {{model}}"}]}},
        "schema": [{"id": "who", "type": "input"}],
        "userValues": {"who": "Ann"},
    }
    (preset / "manifest.json").write_text(json.dumps(manifest))
    assert line(SAID, "mine", {"HOME": str(own_home), "NO_COLOR": "1"}) == "hi Ann Sonnet 4"
    assert "hi" not in line(SAID, "../presets/mine", {"HOME": str(own_home), "NO_COLOR": "1"})


def test_the_example_of_the_original_is_drawn(show: Show) -> None:
    modules = [
        {"type": "workDir", "icon": "󰉋", "text": "{{workDirName}}", "color": "bright_blue"},
        {"type": "gitBranch", "icon": "🌿", "text": "{{gitBranch}}", "color": "bright_magenta"},
        {"type": "model", "icon": "🤖", "text": "{{model}}", "color": "bright_cyan"},
        {"type": "usage", "icon": "📊", "text": "{{inputTokens}} → {{outputTokens}}", "color": "#ff8800"},
    ]
    assert show(*modules) == "󰉋 project 🤖 Sonnet 4 📊 8.5k → 120"
    coloured = show(*modules, NO_COLOR="", COLORTERM="truecolor")
    assert "\x1b[94m󰉋 project\x1b[0m" in coloured
    assert "\x1b[38;2;255;136;0m📊 8.5k → 120\x1b[0m" in coloured
