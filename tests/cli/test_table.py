"""The commands as a whole: help, suggestions, lazy imports."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ccr.cli import main, table
from ccr.cli.table import COMMANDS

HEAVY = ("pydantic", "aiohttp", "starlette", "uvicorn", "rich", "questionary", "msgspec", "json5")


def test_help_names_every_command_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {entry.name} " in shown for entry in COMMANDS)
    assert "not running" in shown


@pytest.mark.parametrize("entry", [entry for entry in COMMANDS if entry.name != "code"], ids=lambda e: e.name)
def test_every_command_explains_itself(entry: table.Entry, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([entry.name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: ccr {entry.name}")


@pytest.mark.parametrize("arguments", [["--help"], ["version"], ["status"]])
def test_small_commands_import_nothing_heavy(arguments: list[str]) -> None:
    code = f"import sys; from ccr.cli import main; main.run({arguments}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1].split()
    assert not [name for name in HEAVY if name in loaded]


def test_an_unknown_command_gets_a_suggestion_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["strat"]) == 2
    assert "Did you mean 'start'?" in capsys.readouterr().err
