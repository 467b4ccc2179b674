"""`ccr` as a whole: help, versions, unknown commands, last resorts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ccr import __version__
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


@pytest.mark.parametrize("arguments", [["version"], ["-v"], ["--version"]])
def test_the_version_is_told_in_the_original_s_words(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(arguments) == 0
    assert capsys.readouterr().out == f"claude-code-router version: {__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["version"], ["status"]])
def test_small_commands_import_nothing_heavy(arguments: list[str]) -> None:
    code = f"import sys; from ccr.cli import main; main.run({arguments}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1].split()
    assert not [name for name in HEAVY if name in loaded]


def test_an_unknown_command_gets_a_suggestion_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["strat"]) == 2
    assert "Did you mean 'start'?" in capsys.readouterr().err


def test_an_unknown_option_gets_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["start", "--prot", "1"]) == 2
    assert "--port" in capsys.readouterr().err


def broken(_: str) -> None:
    raise RuntimeError("no such luck")


def test_a_bug_of_ours_is_told_in_words_and_its_trace_is_kept(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(table, "named", broken)
    assert main.run(["stop"]) == 1
    said = capsys.readouterr().err
    kept = own_home / ".claude-code-router" / "logs" / "ccr-errors.log"
    assert "no such luck (RuntimeError)" in said
    assert str(kept) in said
    assert "Traceback" not in said
    assert "Traceback" in kept.read_text()


def test_ccr_debug_shows_the_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(table, "named", broken)
    monkeypatch.setenv("CCR_DEBUG", "1")
    assert main.run(["stop"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_bug() -> None:
    line = f"{sys.executable} -m ccr --help | true"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=True)
    assert done.stderr == ""
